//! Text and lists that are constants in generated code and owned when read from YAML.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A text that is borrowed in generated statics and owned when it was read at run time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(Cow<'static, str>);

/// A constant [`Text`].
pub const fn text(value: &'static str) -> Text {
    Text(Cow::Borrowed(value))
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl From<String> for Text {
    fn from(value: String) -> Self {
        Self(Cow::Owned(value))
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self(Cow::Owned(value.to_owned()))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

/// A list that is borrowed in generated statics and owned when it was read at run time.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct List<T: Clone + 'static>(Cow<'static, [T]>);

/// A constant [`List`].
pub const fn list<T: Clone>(items: &'static [T]) -> List<T> {
    List(Cow::Borrowed(items))
}

/// A [`List`] in a static: `list![1, 2]`. The constant block keeps the items' destructors out of the static.
#[macro_export]
macro_rules! list {
    ($($item:expr),* $(,)?) => { $crate::list(const { &[$($item),*] }) };
}

impl<T: Clone> Default for List<T> {
    fn default() -> Self {
        list(&[])
    }
}

impl<T: Clone> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl<T: Clone> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(Cow::Owned(items.into_iter().collect()))
    }
}

impl<T: Clone> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Cow::Owned(items))
    }
}

impl<'a, T: Clone> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(feature = "bake")]
mod bake {
    use databake::{Bake, BakeSize, CrateEnv, TokenStream};
    use quote::quote;

    impl Bake for super::Text {
        fn bake(&self, _: &CrateEnv) -> TokenStream {
            let value = &**self;
            quote!(polyreel_spec::text(#value))
        }
    }

    impl<T: Bake + Clone + 'static> Bake for super::List<T> {
        fn bake(&self, env: &CrateEnv) -> TokenStream {
            let items = self.iter().map(|item| item.bake(env));
            quote!(polyreel_spec::list(&[#(#items),*]))
        }
    }

    impl BakeSize for super::Text {
        fn borrows_size(&self) -> usize {
            self.len()
        }
    }

    impl<T: BakeSize + Clone + 'static> BakeSize for super::List<T> {
        fn borrows_size(&self) -> usize {
            size_of_val(&**self) + self.iter().map(BakeSize::borrows_size).sum::<usize>()
        }
    }
}

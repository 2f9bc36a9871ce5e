//! A hint at what differs.

use std::fmt::Write;

/// How many lines of each side are shown.
const SHOWN: usize = 3;

/// The first lines that differ, like a unified diff.
pub(crate) fn hint(is: &str, should_be: &str) -> String {
    let (is, should_be): (Vec<&str>, Vec<&str>) = (is.lines().collect(), should_be.lines().collect());
    let same = is.iter().zip(&should_be).take_while(|(a, b)| a == b).count();
    let (is_rest, should_rest) = (&is[same..], &should_be[same..]);
    let same_end = is_rest.iter().rev().zip(should_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut hint = format!("  @@ line {} @@\n", same + 1);
    side(&mut hint, '-', &is_rest[..is_rest.len() - same_end]);
    side(&mut hint, '+', &should_rest[..should_rest.len() - same_end]);
    hint
}

fn side(hint: &mut String, sign: char, lines: &[&str]) {
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(hint, "  {sign} {line}");
    }
    if let Some(more) = lines.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(hint, "  {sign} … {more} more");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_difference_is_shown() {
        assert_eq!(hint("a\nb\nc\n", "a\nx\nc\n"), "  @@ line 2 @@\n  - b\n  + x\n");
        assert_eq!(hint("a\n", "a\nb\n"), "  @@ line 2 @@\n  + b\n");
        assert_eq!(hint("1\n2\n3\n4\n5\n", ""), "  @@ line 1 @@\n  - 1\n  - 2\n  - 3\n  - … 2 more\n");
        assert_eq!(hint("a", "a\n"), "  @@ line 2 @@\n");
    }
}

//! Pictures that go into films.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use polyreel_spec::{ImageFacts, Input};

use crate::{Error, Result};

/// The most that is read of a picture; providers' own limits are lower.
const MOST: u64 = 64 * 1024 * 1024;

/// A picture: a URL that the provider fetches, or a file's bytes.
///
/// What a provider takes (types, size, pixels) is checked before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(pub(crate) polyreel_spec::Image);

impl Image {
    /// A picture that the provider fetches from this URL.
    pub fn url(url: impl Into<String>) -> Self {
        Self(polyreel_spec::Image::Url(url.into()))
    }

    /// A picture file's bytes.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(polyreel_spec::Image::Bytes(bytes.into()))
    }

    /// Reads a picture file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is larger than 64 MiB.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let fail = |error| Error::invalid_input(format!("cannot read the picture {}: {error}", path.display()));
        Self::read(std::fs::File::open(path).map_err(fail)?).map_err(fail)
    }

    /// Reads a picture from a reader to its end.
    ///
    /// # Errors
    ///
    /// When reading fails or there are more than 64 MiB.
    pub fn from_reader(reader: impl Read) -> Result<Self> {
        Self::read(reader).map_err(|error| Error::invalid_input(format!("cannot read the picture: {error}")))
    }

    fn read(reader: impl Read) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        reader.take(MOST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST {
            return Err(std::io::Error::other("it is larger than 64 MiB"));
        }
        Ok(Self::bytes(bytes))
    }
}

impl From<Image> for Input {
    fn from(image: Image) -> Self {
        Self::Image(image.0)
    }
}

/// What the head of a picture file says; `None` unless it is PNG or JPEG.
pub fn probe(bytes: &[u8]) -> Option<ImageFacts> {
    let media_type = match imagesize::image_type(bytes).ok()? {
        imagesize::ImageType::Png => "image/png",
        imagesize::ImageType::Jpeg => "image/jpeg",
        _ => return None,
    };
    let size = imagesize::blob_size(bytes).ok()?;
    Some(ImageFacts { media_type, width: u32::try_from(size.width).ok()?, height: u32::try_from(size.height).ok()? })
}

//! The six sample films, and a picture of one.

use polyreel_spec::{Inputs, Model, Provider};

/// One shape of picture.
struct Shape {
    five_seconds: &'static [u8],
    ten_seconds: &'static [u8],
}

const WIDE: Shape = Shape {
    five_seconds: include_bytes!("../films/5s-16x9.mp4"),
    ten_seconds: include_bytes!("../films/10s-16x9.mp4"),
};
const TALL: Shape = Shape {
    five_seconds: include_bytes!("../films/5s-9x16.mp4"),
    ten_seconds: include_bytes!("../films/10s-9x16.mp4"),
};
const SQUARE: Shape =
    Shape { five_seconds: include_bytes!("../films/5s-1x1.mp4"), ten_seconds: include_bytes!("../films/10s-1x1.mp4") };

/// The picture on the cover of every film, a JPEG file.
pub(crate) const COVER: &[u8] = include_bytes!("../films/cover.jpg");

/// The film that comes nearest to what was asked for, an MP4 file. What was not asked for is the provider's default, or
/// else 5 seconds, wide.
pub(crate) fn film(provider: &Provider, model: &Model, inputs: &Inputs) -> &'static [u8] {
    let plan = provider.plan(model, inputs);
    let ratio = plan.effective(inputs, "aspect_ratio").and_then(|ratio| width_over_height(ratio.as_text()?));
    let shape = match ratio {
        Some(ratio) if ratio < 0.99 => TALL,
        Some(ratio) if ratio < 1.01 => SQUARE,
        _ => WIDE,
    };
    let seconds = plan.effective(inputs, "duration").and_then(|duration| duration.as_number());
    if seconds.is_some_and(|seconds| seconds > 7.5) { shape.ten_seconds } else { shape.five_seconds }
}

/// The beginning of a film, cut off in the middle of its last box.
pub(crate) fn cut(film: &[u8]) -> &[u8] {
    let mut last = 0;
    while let Some(length) = box_length(&film[last..]).filter(|length| last + length < film.len()) {
        last += length;
    }
    &film[..last + (film.len() - last) / 2]
}

fn width_over_height(ratio: &str) -> Option<f64> {
    let (width, height) = ratio.split_once(':')?;
    let (width, height): (f64, f64) = (width.parse().ok()?, height.parse().ok()?);
    (width > 0.0 && height > 0.0).then(|| width / height)
}

/// The length of the MP4 box at the beginning, in bytes, as its first four bytes say it.
fn box_length(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.first_chunk()?).try_into().ok()?;
    // 0 and 1 announce other ways to say the length; no box is shorter than its head.
    (length >= 8).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_films_are_whole_and_cut_films_are_not() {
        for Shape { five_seconds, ten_seconds } in [WIDE, TALL, SQUARE] {
            for film in [five_seconds, ten_seconds] {
                assert_eq!(&film[4..8], b"ftyp");
                assert_eq!(boxes_end(film), film.len());
                assert!(boxes_end(cut(film)) > cut(film).len());
                assert!(cut(film).len() > film.len() / 4);
            }
        }
    }

    #[test]
    fn the_cover_is_a_small_picture() {
        let size = imagesize::blob_size(COVER).unwrap();
        assert_eq!((size.width, size.height), (320, 180));
        assert!(COVER.starts_with(b"\xff\xd8") && COVER.ends_with(b"\xff\xd9") && COVER.len() < 10_000);
    }

    #[test]
    fn any_bytes_can_be_cut() {
        for bytes in [&b""[..], b"\0", b"\0\0\0\x08ftyp", b"\0\0\0\x00mdat1234", b"\xff\xff\xff\xffmdat"] {
            assert!(cut(bytes).len() <= bytes.len());
        }
    }

    #[test]
    fn ratios_are_read() {
        assert_eq!(width_over_height("16:9"), Some(16.0 / 9.0));
        for text in ["", "16", "0:9", "a:b", "auto"] {
            assert_eq!(width_over_height(text), None, "{text}");
        }
    }

    /// Where the last box says that it ends.
    fn boxes_end(film: &[u8]) -> usize {
        let mut at = 0;
        while at < film.len() {
            at += box_length(&film[at..]).unwrap();
        }
        at
    }
}

//! Whether a file is a whole film.

/// More top-level boxes than any film has: fragments of a second would make that a film of hours.
const MOST_BOXES: usize = 20_000;

/// What is wrong with an MP4 file, judged by its top-level boxes: they must begin with `ftyp`, fill the file exactly,
/// and hold both the index (`moov`) and the pictures (`mdat`).
///
/// `read_at` gives up to 16 bytes at an offset.
pub(crate) fn flaw(
    length: u64,
    mut read_at: impl FnMut(u64) -> std::io::Result<Vec<u8>>,
) -> std::io::Result<Option<String>> {
    let (mut offset, mut has_index, mut has_pictures) = (0, false, false);
    for _ in 0..MOST_BOXES {
        if offset == length {
            return Ok(match (has_index, has_pictures) {
                (true, true) => None,
                (false, _) => Some("it has no moov box".to_owned()),
                (_, false) => Some("it has no mdat box".to_owned()),
            });
        }
        let head = read_at(offset)?;
        let word = |range: std::ops::Range<usize>| head.get(range).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        let (Some(size), Some(kind)) = (word(0..4), word(4..8)) else {
            return Ok(Some(format!("its last box begins at byte {offset} and has no head")));
        };
        if offset == 0 && &kind != b"ftyp" {
            return Ok(Some("it does not begin like an MP4 file".to_owned()));
        }
        has_index |= &kind == b"moov";
        has_pictures |= &kind == b"mdat";
        let size = match u32::from_be_bytes(size) {
            0 => length - offset,
            1 => match head.get(8..16).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) {
                Some(large) => u64::from_be_bytes(large),
                None => return Ok(Some(format!("its last box begins at byte {offset} and has no size"))),
            },
            size => u64::from(size),
        };
        if size < 8 || size > length - offset {
            let name = String::from_utf8_lossy(&kind).replace(|c: char| !c.is_ascii_alphanumeric(), "?");
            return Ok(Some(format!("its box {name} at byte {offset} ends after the file, which has {length} bytes")));
        }
        offset += size;
    }
    Ok(Some(format!("it has more than {MOST_BOXES} boxes")))
}

#[cfg(test)]
mod tests {
    fn flaw(file: &[u8]) -> Option<String> {
        let read = |offset: u64| {
            let start = usize::try_from(offset).unwrap();
            Ok(file[start..file.len().min(start + 16)].to_vec())
        };
        super::flaw(file.len() as u64, read).unwrap()
    }

    fn film() -> Vec<u8> {
        let mut file = Vec::new();
        for (kind, size) in [(b"ftyp", 16_u32), (b"moov", 24), (b"mdat", 32)] {
            file.extend(size.to_be_bytes());
            file.extend(kind);
            file.resize(file.len() + size as usize - 8, 7);
        }
        file
    }

    #[test]
    fn a_whole_film_has_no_flaw_and_every_cut_one_has() {
        let film = film();
        assert_eq!(flaw(&film), None);
        for length in 0..film.len() {
            assert!(flaw(&film[..length]).is_some(), "{length} bytes");
        }
    }

    #[test]
    fn hostile_sizes_neither_loop_nor_overflow() {
        for size in [0_u32, 1, 7, 8, u32::MAX] {
            let mut file = film();
            file[16..20].copy_from_slice(&size.to_be_bytes());
            let _ = flaw(&file);
        }
        assert!(flaw(b"<!doctype html>").is_some());
        let mut many = film();
        for _ in 0..30_000 {
            many.extend(b"\0\0\0\x08free");
        }
        assert!(flaw(&many).is_some());
    }
}

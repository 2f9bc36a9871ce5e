//! Tables for people.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

/// How wide a table may be, in characters: what most terminals and mails show.
const WIDTH: u16 = 100;

/// A heading and the rows below it, in columns without lines. Cells that are too long are broken between words, and never
/// inside of one: somebody may copy it.
pub(crate) fn columns<const COLUMNS: usize>(heading: [&str; COLUMNS], rows: &[[String; COLUMNS]]) -> String {
    let heading = heading.map(str::to_owned);
    let all = || std::iter::once(&heading).chain(rows);
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.add_rows(all());
    for (number, column) in table.column_iter_mut().enumerate() {
        let words = all().filter_map(|row| row.get(number)).flat_map(|cell| cell.split_whitespace());
        let longest = words.map(|word| word.chars().count()).max().unwrap_or_default();
        let gap = if number + 1 < COLUMNS { 2 } else { 0 };
        column.set_padding((0, gap));
        let least = u16::try_from(longest).unwrap_or(WIDTH).saturating_add(gap);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
    }
    let lines = table.to_string();
    lines.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn words_are_never_broken() {
        let long = "x".repeat(70);
        let rows = [["a".to_owned(), long.clone(), "some words that do not fit beside it".to_owned()]];
        let shown = columns(["one", "two", "three"], &rows);
        assert!(shown.contains(&long) && shown.lines().all(|line| line.len() <= 100), "{shown}");
    }
}

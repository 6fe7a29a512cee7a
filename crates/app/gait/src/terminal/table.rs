//! Plain aligned tables for the terminal and for files.

use std::fmt;

/// A table whose first column is aligned left and whose other columns are aligned right.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table under these column names.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|&name| name.to_owned()).collect()] }
    }

    /// Adds a row; missing cells stay empty.
    pub(crate) fn row<I: IntoIterator<Item = String>>(&mut self, cells: I) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The same as a Markdown table.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            text += &line(row);
            if at == 0 {
                let rule =
                    if row.len() > 1 { "|---:".repeat(row.len() - 1) } else { String::new() };
                text.extend(["|---", &rule, "|\n"]);
            }
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(at) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let mut line = String::new();
            for (at, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
                if at == 0 {
                    line.extend([cell, padding.as_str()]);
                } else {
                    line.extend(["  ", padding.as_str(), cell]);
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_by_characters() {
        let mut table = Table::new(&["class", "n"]);
        table.row(["zwölf".to_owned(), "7".to_owned()]);
        table.row(["a".to_owned(), "1234".to_owned()]);
        assert_eq!(table.to_string(), "class     n\nzwölf     7\na      1234\n");
        assert_eq!(table.markdown(), "| class | n |\n|---|---:|\n| zwölf | 7 |\n| a | 1234 |\n");
    }
}

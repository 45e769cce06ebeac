//! Licence expressions as crates state them (`MIT OR (Apache-2.0 AND ISC)`), judged against a list.

use std::collections::BTreeSet;
use std::path::Path;

use crate::metadata::Package;

/// What a crate says about its licence; where it only ships a text, the text's title.
pub(super) fn of(package: &Package) -> Option<String> {
    package.license.clone().or_else(|| {
        let file = Path::new(&package.manifest_path).parent()?.join(package.license_file.as_ref()?);
        let text = std::fs::read_to_string(file).ok()?;
        text.trim_start().starts_with("MIT License").then(|| "MIT".to_owned())
    })
}

/// Whether one of the ways to satisfy the expression is on the list.
pub(super) fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // Old crates write `MIT/Apache-2.0`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let verdict = reader.either();
    verdict && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn either(&mut self) -> bool {
        let mut verdict = self.both();
        while self.took("OR") {
            verdict |= self.both();
        }
        verdict
    }

    fn both(&mut self) -> bool {
        let mut verdict = self.one();
        while self.took("AND") {
            verdict &= self.one();
        }
        verdict
    }

    fn one(&mut self) -> bool {
        if self.took("(") {
            let verdict = self.either();
            return self.took(")") && verdict;
        }
        let Some(name) = self.next() else { return false };
        if self.took("WITH") {
            // An exception only adds permissions, but it is a text of its own and must be listed as such.
            let exception = self.next().unwrap_or_default();
            return self.allowed.contains(&format!("{name} WITH {exception}"));
        }
        self.allowed.contains(name)
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn took(&mut self, word: &str) -> bool {
        let matches = self.words.first() == Some(&word);
        if matches {
            self.words = &self.words[1..];
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged_as_they_are_written() {
        let allowed = ["MIT", "ISC", "Apache-2.0"].map(str::to_owned).into();
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND ISC", true),
            ("MIT AND (GPL-3.0-only OR LGPL-2.1-only)", false),
            ("MIT/Apache-2.0", true),
            ("Apache-2.0 WITH LLVM-exception", false),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
            ("(MIT", false),
            ("", false),
        ] {
            assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
        }
    }
}

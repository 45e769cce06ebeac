//! The words an expression may use, and how it is compiled.
//!
//! **Invariant:** what is not listed by [`words`] does not exist: neither the names of jq that look outside (`now`, `env`,
//! `input`, `debug`, …) nor modules. They are not refused; they were never there.

use crate::evaluator::Fault;
use jaq_core::data::JustLut;
use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::native::Fun;
use jaq_core::{Compiler, Filter};
use jaq_json::Val;

pub(crate) type Data = JustLut<Val>;
pub(crate) type Compiled = Filter<Data>;

/// An expression is a line or a few, not a program.
pub(crate) const EXPRESSION_MAX: usize = 4_096;

/// Functions that would end the process.
const NO_FUNCTIONS: [&str; 1] = ["halt"];

/// Definitions that lean on functions which are not here: those that would end the process or write to its error stream,
/// and those of jaq's libraries for regular expressions, mathematics, dates and encodings, which are not built in.
const NO_DEFINITIONS: [(&str, usize); 35] = [
    ("stderr", 0),
    ("debug", 0),
    ("debug", 1),
    ("halt", 0),
    ("halt_error", 0),
    ("halt_error", 1),
    ("logb", 0),
    ("significand", 0),
    ("pow10", 0),
    ("drem", 2),
    ("nexttoward", 2),
    ("scalb", 2),
    ("gamma", 0),
    ("capture_of_match", 0),
    ("test", 1),
    ("test", 2),
    ("scan_", 2),
    ("scan", 1),
    ("scan", 2),
    ("match", 1),
    ("match", 2),
    ("capture", 1),
    ("capture", 2),
    ("split", 2),
    ("splits", 1),
    ("splits", 2),
    ("sub", 2),
    ("sub", 3),
    ("gsub", 2),
    ("gsub", 3),
    ("todate", 0),
    ("fromdate", 0),
    ("@sh", 0),
    ("@html", 0),
    ("@htmld", 0),
];
/// The same, for names that no identifier can be mistaken for.
const NO_FORMATS: [&str; 4] = ["@uri", "@urid", "@base64", "@base64d"];

fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    let missing = |def: &Def<&'static str>| {
        NO_DEFINITIONS.contains(&(def.name, def.args.len())) || NO_FORMATS.contains(&def.name)
    };
    jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).filter(move |def| !missing(def))
}

fn functions() -> impl Iterator<Item = Fun<Data>> {
    let all = jaq_core::funs().chain(jaq_std::base_funs()).chain(jaq_json::funs());
    all.filter(|(name, ..)| !NO_FUNCTIONS.contains(name))
}

/// Every name with its number of arguments: for the documentation, and for the test that looks at an update of jaq.
#[cfg(test)]
fn words() -> std::collections::BTreeSet<String> {
    let defined = definitions().map(|def| format!("{}/{}", def.name, def.args.len()));
    let built_in = functions().map(|(name, args, _)| format!("{name}/{}", args.len()));
    defined.chain(built_in).collect()
}

/// Compiles one expression.
pub(crate) fn compile(code: &str) -> Result<Compiled, Fault> {
    if code.len() > EXPRESSION_MAX {
        return Err(Fault::syntax(0, format!("longer than {EXPRESSION_MAX} bytes")));
    }
    let arena = Arena::default();
    let file = File { code, path: () };
    let modules = Loader::new(definitions()).load(&arena, file).map_err(|errors| unreadable(code, &errors))?;
    // A program is an expression, too, that begins with imports.
    if load::parse(code, |parser| parser.term()).is_none() {
        return Err(Fault::syntax(0, "import, include and module are not known here".to_owned()));
    }
    let compiler = Compiler::default().with_funs(functions());
    compiler.compile(modules).map_err(|errors| unknown(code, &errors))
}

fn unreadable(code: &str, errors: &load::Errors<&str, ()>) -> Fault {
    let first = errors.iter().find_map(|(_, error)| match error {
        load::Error::Io(imports) => {
            imports.first().map(|(path, _)| (*path, "import and include are not known here".to_owned()))
        }
        load::Error::Lex(errors) => errors.first().map(|(wanted, at)| (*at, format!("expected {}", wanted.as_str()))),
        load::Error::Parse(errors) => errors.first().map(|(wanted, at)| (*at, format!("expected {}", wanted.as_str()))),
    });
    first.map_or_else(|| Fault::syntax(0, "not jq".to_owned()), |(at, say)| Fault::syntax(place(code, at), say))
}

fn unknown(code: &str, errors: &jaq_core::compile::Errors<&str, ()>) -> Fault {
    let first = errors.iter().flat_map(|(_, errors)| errors).next();
    first.map_or_else(
        || Fault::syntax(0, "not jq".to_owned()),
        |(name, what)| Fault::syntax(place(code, name), format!("there is no {} {name} here", what.as_str())),
    )
}

/// How many bytes of `code` stand before `part`; 0 when it is not a part of it.
fn place(code: &str, part: &str) -> usize {
    let (start, at) = (code.as_ptr() as usize, part.as_ptr() as usize);
    at.checked_sub(start).filter(|offset| *offset <= code.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect_file;

    #[test]
    fn d3_the_words_an_expression_may_use_are_these() {
        let words = words().into_iter().collect::<Vec<_>>().join("\n") + "\n";
        expect_file!["../tests/words.txt"].assert_eq(&words);
    }

    #[test]
    fn d3_nothing_that_looks_outside_is_known() {
        for code in [
            "input",
            "inputs",
            "now",
            "env",
            "$ENV",
            "$ENV.PATH",
            "debug",
            "debug(1)",
            "stderr",
            "input_filename",
            "input_line_number",
            "halt",
            "halt(1)",
            "halt_error",
            "get_search_list",
            "$__prog_args",
            "localtime",
            "strflocaltime(\"%c\")",
            "mktime",
            "todate",
            "getpath(inputs)",
            "@base32d",
            "modulemeta",
            "limit(1; input)",
            "include \"a\"; .",
            "import \"a\" as a; a::b",
            "import \"a\" as $a; $a",
            "import \"/etc/passwd\" as $p; .",
            "module {}; .",
            "$__loc__.file",
            "ltrimstr(now)",
        ] {
            let fault = compile(code).err();
            assert!(fault.is_some(), "{code} was compiled");
        }
    }

    #[test]
    fn a_fault_says_where_and_what() {
        let fault = |code: &str| {
            let fault = compile(code).err().unwrap();
            (fault.at.unwrap(), fault.say)
        };
        assert_eq!(fault(".a | nowhere"), (5, "there is no filter nowhere here".to_owned()));
        assert_eq!(fault("(.a"), (3, "expected closing parenthesis".to_owned()));
        assert_eq!(fault(".a |"), (4, "expected term".to_owned()));
        assert_eq!(fault("$x"), (0, "there is no variable $x here".to_owned()));
        assert_eq!(fault(&"1+".repeat(3_000)).0, 0);
    }
}

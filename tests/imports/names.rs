//! What a piece of code names: paths in bodies and attributes, imports unfolded, `self` and `super` resolved.

use std::iter;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// `std::fs::File`, `crate::store::Row`, `Position::new`; a glob ends in `*`.
pub(super) type Name = Vec<String>;

/// The names in the code of the file at `path`, without what stands under `#[cfg(test)]`.
pub(super) fn names(path: &str, code: TokenStream) -> Vec<Name> {
    let mut reader = Reader { module: module_of(path), names: Vec::new() };
    reader.code(code);
    reader.names
}

/// `ledger/src/log/tile.rs` is `crate::log::tile`.
fn module_of(path: &str) -> Name {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside);
    let words = inside.trim_end_matches(".rs").split('/');
    let words = words.filter(|word| !["mod", "lib", "main"].contains(word));
    iter::once("crate").chain(words).map(str::to_owned).collect()
}

/// Walks the tokens of one file and keeps the module it is in.
struct Reader {
    module: Name,
    names: Vec<Name>,
}

impl Reader {
    fn code(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            rest = self.step(rest);
        }
    }

    /// Reads one import, module, path, attribute or group; returns what follows it.
    fn step<'t>(&mut self, tokens: &'t [TokenTree]) -> &'t [TokenTree] {
        match tokens {
            [TokenTree::Punct(hash), rest @ ..] if hash.as_char() == '#' => self.attribute(rest),
            [TokenTree::Ident(word), next, rest @ ..] if word == "use" && !is_mark(next, '<') => {
                let end = 1 + rest.iter().take_while(|token| !is_mark(token, ';')).count();
                let (tree, rest) = tokens.get(1..).unwrap_or_default().split_at(end);
                self.import(&[], tree);
                rest
            }
            [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), rest @ ..]
                if word == "mod" =>
            {
                self.module.push(name.to_string());
                self.code(body.stream());
                self.module.pop();
                rest
            }
            [TokenTree::Ident(word), rest @ ..] => self.path(word.to_string(), rest),
            [TokenTree::Group(group), rest @ ..] => {
                self.code(group.stream());
                rest
            }
            [_, rest @ ..] => rest,
            [] => &[],
        }
    }

    /// What follows `#`: reads the attribute; if it says that the item is for tests only, passes over the item.
    fn attribute<'t>(&mut self, tokens: &'t [TokenTree]) -> &'t [TokenTree] {
        let tokens = match tokens {
            [inner, rest @ ..] if is_mark(inner, '!') => rest,
            _ => tokens,
        };
        let [TokenTree::Group(attribute), rest @ ..] = tokens else { return tokens };
        if attribute.stream().to_string().replace(' ', "") != "cfg(test)" {
            self.code(attribute.stream());
            return rest;
        }
        let item = rest.iter().take_while(|token| !ends_an_item(token)).count();
        rest.get(item + 1..).unwrap_or_default()
    }

    /// `word` and the `::word`s that follow it.
    fn path<'t>(&mut self, word: String, mut rest: &'t [TokenTree]) -> &'t [TokenTree] {
        let mut name = vec![word];
        while let [colon, second, TokenTree::Ident(word), after @ ..] = rest
            && is_mark(colon, ':')
            && is_mark(second, ':')
        {
            name.push(word.to_string());
            rest = after;
        }
        if name.len() > 1 {
            self.name(name);
        }
        rest
    }

    /// Unfolds a tree of imports: `a::{b, c::{self, d as e}, f::*}`.
    fn import(&mut self, above: &[String], tree: &[TokenTree]) {
        for branch in tree.split(|token| is_mark(token, ',')).filter(|branch| !branch.is_empty()) {
            let mut name = above.to_vec();
            let mut tokens = branch.iter();
            let folded = tokens.find_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                TokenTree::Ident(word) => {
                    name.push(word.to_string());
                    None
                }
                TokenTree::Punct(mark) => {
                    name.extend((mark.as_char() == '*').then(|| "*".to_owned()));
                    None
                }
                TokenTree::Literal(_) => None,
            });
            match folded {
                Some(folded) => self.import(&name, &folded.into_iter().collect::<Vec<_>>()),
                None => self.imported(name),
            }
        }
    }

    fn imported(&mut self, mut name: Name) {
        if let Some(renamed) = name.iter().position(|word| word == "as") {
            name.truncate(renamed);
            // What is under a renamed root can no longer be told: as if all of it were brought.
            name.extend((renamed == 1).then(|| "*".to_owned()));
        }
        if name.len() > 1 && name.last().is_some_and(|word| word == "self") {
            name.pop();
        }
        self.name(name);
    }

    fn name(&mut self, name: Name) {
        let mut resolved = match name.first().map(String::as_str) {
            Some("self" | "super") => self.module.clone(),
            _ => Name::new(),
        };
        for word in name {
            match word.as_str() {
                "self" => {}
                "super" => drop(resolved.pop()),
                _ => resolved.push(word),
            }
        }
        self.names.push(resolved);
    }
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn ends_an_item(token: &TokenTree) -> bool {
    is_mark(token, ';')
        || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

#[test]
fn imports_are_unfolded_and_resolved() {
    let names = read(
        "use std::{fs::{self, File}, io::prelude::*};
         use super::super::store as rows; use crate::{log, self};
         use std as everything;",
    );
    let expected = "std::fs std::fs::File std::io::prelude::* crate::store crate::log crate std::*";
    assert_eq!(names.join(" "), expected);
}

#[test]
fn paths_are_found_in_bodies_macros_attributes_and_inner_modules() {
    let names = read(
        "#[tokio::main] async fn main() -> impl Fn() + use<> { vec![rocksdb::DB::open(\"std::fs\")] }
         mod inner { fn f() { super::g(); /* std::net */ ::bincode::encode::<u8>() } }",
    );
    assert_eq!(
        names,
        ["tokio::main", "rocksdb::DB::open", "crate::rules::admit::g", "bincode::encode"]
    );
}

#[test]
fn code_for_tests_is_passed_over() {
    let names =
        read("#[cfg(test)] mod tests { use std::fs; } #[cfg(test)] use std::io; fn f() { a::b() }");
    assert_eq!(names, ["a::b"]);
}

fn read(code: &str) -> Vec<String> {
    let names = names("ledger/src/rules/admit.rs", code.parse().unwrap_or_default());
    names.iter().map(|name| name.join("::")).collect()
}

//! The text of an expression, and where in it each node of its tree stands.

use std::ops::Range;

use cel::{
    IdedExpr,
    common::ast::{EntryExpr, Expr, LiteralValue, SourceInfo},
};

/// The text of an expression, with the places of its nodes; places count characters.
pub(super) struct Source {
    text: Vec<char>,
    info: SourceInfo,
    /// The other bracket, for each bracket.
    partners: Vec<Option<usize>>,
}

impl Source {
    pub fn new(text: &str, tree: &IdedExpr, info: SourceInfo) -> Self {
        let mut source = Source { text: text.chars().collect(), info, partners: vec![] };
        let mut strings = vec![];
        source.strings(tree, &mut strings);
        source.partners = source.pair(&strings);
        source
    }

    /// The whole of it.
    pub fn all(&self) -> Range<usize> {
        0..self.text.len()
    }

    /// What stands at a node, on one line and not too long to be read.
    pub fn quote(&self, node: &IdedExpr) -> String {
        const MOST: usize = 72;
        let text = self.slice(self.span(node));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= MOST {
            return text;
        }
        text.chars().take(MOST).chain(['…']).collect()
    }

    /// The text between two places.
    pub fn slice(&self, at: Range<usize>) -> String {
        self.text.get(at).unwrap_or_default().iter().collect()
    }

    /// The text between two places, with parts of it replaced.
    pub fn splice(&self, at: Range<usize>, mut parts: Vec<(Range<usize>, String)>) -> String {
        parts.sort_by_key(|(part, _)| part.start);
        let mut text = String::new();
        let mut from = at.start;
        for (part, with) in parts {
            text += &self.slice(from..part.start);
            text += &with;
            from = part.end.max(from);
        }
        text + &self.slice(from..at.end)
    }

    /// From the first to the last character of a node, brackets that belong to it included.
    pub fn span(&self, node: &IdedExpr) -> Range<usize> {
        let mut span = self.token(node);
        for child in children(node) {
            // what a macro makes of itself stands where the macro stands
            let child = self.span(child);
            span = span.start.min(child.start)..span.end.max(child.end);
        }
        self.balance(span)
    }

    /// What stands at an operand, with brackets of its own.
    pub fn operand(&self, node: &IdedExpr) -> String {
        let mut span = self.span(node);
        loop {
            let open =
                self.before(span.start, |_| false).checked_sub(1).filter(|it| self.at(*it) == Some('('));
            let close = self.after(span.end, char::is_whitespace);
            match open {
                Some(open) if self.partners.get(open) == Some(&Some(close)) => span = open..close + 1,
                _ => return self.slice(span),
            }
        }
    }

    /// The place that the parser notes for a node, with the name or sign that it leaves out.
    fn token(&self, node: &IdedExpr) -> Range<usize> {
        let (start, stop) = self.info.offset_for(node.id).unwrap_or_default();
        let (start, stop) = (start as usize, stop as usize);
        let mut span = start..(stop + 1).min(self.text.len()).max(start);
        match &node.expr {
            Expr::Call(call) if call.target.is_none() && self.at(start) == Some('(') => {
                span.start = self.before(start, |it| it.is_ascii_alphanumeric() || it == '_');
            }
            Expr::Select(_) if self.at(start) == Some('.') => {
                let name = self.after(start + 1, char::is_whitespace);
                span.end = self.after(name, |it| it.is_ascii_alphanumeric() || it == '_');
            }
            Expr::Select(_) => span.start = self.before(start, |it| it.is_ascii_alphanumeric()),
            Expr::Literal(LiteralValue::Int(it)) if *it.inner() < 0 => {
                let sign = self.before(start, |_| false).saturating_sub(1);
                if self.at(sign) == Some('-') {
                    span.start = sign;
                }
            }
            _ => {}
        }
        span
    }

    fn at(&self, at: usize) -> Option<char> {
        self.text.get(at).copied()
    }

    /// Where a word that ends before a place starts; white space between them is passed over.
    fn before(&self, at: usize, is_in: impl Fn(char) -> bool) -> usize {
        let back = |from: usize, is_in: &dyn Fn(char) -> bool| {
            let text = self.text.get(..from).unwrap_or_default();
            from - text.iter().rev().take_while(|it| is_in(**it)).count()
        };
        back(back(at, &char::is_whitespace), &is_in)
    }

    /// Where what starts at a place ends.
    fn after(&self, at: usize, is_in: impl Fn(char) -> bool) -> usize {
        at + self.text.get(at..).unwrap_or_default().iter().take_while(|it| is_in(**it)).count()
    }

    /// Widens a span until each bracket in it has its partner in it.
    fn balance(&self, mut span: Range<usize>) -> Range<usize> {
        let mut from = span.clone();
        loop {
            let partners = self.partners.get(from).unwrap_or_default().iter().flatten();
            let (first, last) = partners
                .fold((span.start, span.end), |(first, last), it| (first.min(*it), last.max(*it + 1)));
            if first == span.start && last == span.end {
                return span;
            }
            span = first..last;
            from = span.clone();
        }
    }

    /// Where string literals stand: their brackets are none.
    fn strings(&self, node: &IdedExpr, found: &mut Vec<Range<usize>>) {
        if let Expr::Literal(LiteralValue::String(_) | LiteralValue::Bytes(_)) = &node.expr {
            found.push(self.token(node));
        }
        for child in children(node) {
            self.strings(child, found);
        }
    }

    fn pair(&self, strings: &[Range<usize>]) -> Vec<Option<usize>> {
        let mut partners = vec![None; self.text.len()];
        let mut open = vec![];
        let mut comment = false;
        for (at, it) in self.text.iter().enumerate() {
            if strings.iter().any(|string| string.contains(&at)) {
                continue;
            }
            comment = *it != '\n' && (comment || *it == '/' && self.at(at + 1) == Some('/'));
            match it {
                '(' | '[' | '{' if !comment => open.push(at),
                ')' | ']' | '}' if !comment => {
                    let Some(start) = open.pop() else { continue };
                    for (one, other) in [(at, start), (start, at)] {
                        if let Some(partner) = partners.get_mut(one) {
                            *partner = Some(other);
                        }
                    }
                }
                _ => {}
            }
        }
        partners
    }
}

/// What a node is made of, from left to right.
pub(super) fn children(node: &IdedExpr) -> Vec<&IdedExpr> {
    match &node.expr {
        Expr::Call(call) => call.target.iter().map(AsRef::as_ref).chain(&call.args).collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map.entries.iter().flat_map(|it| entry(&it.expr)).collect(),
        Expr::Struct(it) => it.entries.iter().flat_map(|it| entry(&it.expr)).collect(),
        Expr::Comprehension(it) => {
            vec![&it.iter_range, &it.accu_init, &it.loop_cond, &it.loop_step, &it.result]
        }
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => vec![],
    }
}

/// Key and value of an entry of a map; the value of a field.
pub(super) fn entry(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::MapEntry(it) => vec![&it.key, &it.value],
        EntryExpr::StructField(it) => vec![&it.value],
    }
}

/// Calls a function or operator of that name, and of that many arguments with the one before the dot.
pub(super) fn called<'a, const N: usize>(node: &'a IdedExpr, name: &str) -> Option<[&'a IdedExpr; N]> {
    let Expr::Call(call) = &node.expr else { return None };
    (call.func_name == name).then(|| children(node).try_into().ok())?
}

//! Where a span belongs: its trace, itself and its parent, as the W3C's `traceparent` tells them.

/// The place of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The trace: 128 bits, never all zero.
    pub trace: u128,
    /// The span: 64 bits, never all zero.
    pub span: u64,
    /// The span of whoever asked.
    pub parent: Option<u64>,
    /// Whether whoever asked wants it kept; so without anybody's word.
    pub is_sampled: bool,
}

impl Context {
    /// A span below the one that a `traceparent` header names, or the first of a trace of its own. `None` when there is no
    /// chance to be had from the system.
    #[must_use]
    pub fn below(header: Option<&str>) -> Option<Self> {
        let span = random::<8>().map(u64::from_be_bytes).filter(|span| *span != 0)?;
        if let Some((trace, parent, is_sampled)) = header.and_then(read) {
            return Some(Self {
                trace,
                span,
                parent: Some(parent),
                is_sampled,
            });
        }
        let trace = random::<16>()
            .map(u128::from_be_bytes)
            .filter(|trace| *trace != 0)?;
        Some(Self {
            trace,
            span,
            parent: None,
            is_sampled: true,
        })
    }
}

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// The trace, the parent and whether it is sampled, of a header as the recommendation has it: later versions may add parts
/// at the end.
fn read(header: &str) -> Option<(u128, u64, bool)> {
    let mut parts = header.trim().split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, digits: usize| {
        text.len() == digits
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let whole = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    if !whole || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok().filter(|trace| *trace != 0)?;
    let parent = u64::from_str_radix(parent, 16)
        .ok()
        .filter(|parent| *parent != 0)?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace, parent, flags & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_whole_is_followed_and_no_other() {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = Context::below(Some(header)).unwrap();
        assert_eq!(context.trace, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(
            (context.parent, context.is_sampled),
            (Some(0xb7ad_6b71_6920_3331), true)
        );
        assert!(read(&header.replace("-01", "-00")).is_some_and(|(_, _, sampled)| !sampled));
        assert!(read(&header.replace("00-", "01-").replace("-01", "-01-more")).is_some());
        for wrong in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
            assert!(Context::below(Some(wrong)).unwrap().parent.is_none());
        }
    }
}

//! Loops over many numbers, run in the widest steps that the processor at hand can take.

/// Defines a function that is compiled twice: for every processor, and for those with vectors of 256 bits and a count of
/// bits (x86-64-v3); which of the two runs is found out while running. What it comes to is the same bit for bit. Only what
/// is inlined into it gains by that: closures that are small, and functions that say `#[inline(always)]`.
macro_rules! wide {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $output:ty $body:block) => {
        $(#[$meta])*
        $vis fn $name($($argument: $type),*) -> $output {
            struct Work<T>(T);
            impl pulp::NullaryFnOnce for Work<($($type,)*)> {
                type Output = $output;
                #[inline(always)]
                fn call(self) -> $output {
                    let Work(($($argument,)*)) = self;
                    $body
                }
            }
            pulp::Arch::new().dispatch(Work(($($argument,)*)))
        }
    };
}

pub(crate) use wide;

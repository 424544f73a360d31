//! The command `jejak`: the server, and what operators, posters and verifiers do from a shell.

mod cli;

/// Every event is a few dozen small allocations on several threads; this allocator is measurably faster
/// at them than the system's (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}

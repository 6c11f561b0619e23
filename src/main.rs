//! The program. See `cli`.

fn main() -> std::process::ExitCode {
    billhead::cli::main()
}

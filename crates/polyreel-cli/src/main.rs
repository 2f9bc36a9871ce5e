//! The `polyreel` command.

fn main() -> std::process::ExitCode {
    polyreel_cli::main()
}

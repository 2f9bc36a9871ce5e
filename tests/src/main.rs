//! The `polyreel` command, under a name of its own.

fn main() -> std::process::ExitCode {
    polyreel_cli::main()
}

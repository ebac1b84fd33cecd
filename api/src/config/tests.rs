use std::time::Duration;

use super::*;

fn read(arguments: &str) -> Result<Cli, clap::Error> {
    let arguments = ["tandem"]
        .into_iter()
        .chain(arguments.split_whitespace())
        .map(OsString::from);
    Cli::from_arguments(arguments)
}

fn serve(arguments: &str) -> ServeArgs {
    match read(&format!("serve {arguments}")).unwrap().command {
        Some(Command::Serve(serve)) => serve,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn without_a_command_the_demonstration_is_meant() {
    for arguments in ["", "--log-format json", "demo"] {
        assert!(
            matches!(read(arguments).unwrap().command, Some(Command::Demo(_))),
            "{arguments}"
        );
    }
}

#[test]
fn an_address_without_a_host_is_on_loopback() {
    for address in [
        "127.0.0.1:0",
        "[::1]:8080",
        "127.9.9.9:1",
        "localhost:8080",
        "8080",
    ] {
        assert!(serve(&format!("--bind {address}")).server.bind.ip().is_loopback());
    }
    assert!(!serve("--bind 0.0.0.0:8080").server.bind.ip().is_loopback());
    for wrong in [
        "serve --bind example.org:80",
        "serve --bind 80000",
        "issuer --bind 0.0.0.0:9090",
        "issuer --bind [::]:0",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn sign_in_needs_an_issuer_and_an_audience() {
    let oidc = serve("--oidc-issuer https://login.example --oidc-audience tandem")
        .server
        .oidc;
    assert!(oidc.tokens().unwrap().is_some());
    assert!(serve("").server.oidc.tokens().unwrap().is_none());
    for wrong in [
        "--oidc-issuer https://login.example",
        "--oidc-audience tandem",
        "--oidc-jwks keys.json",
        "--oidc-issuer http://login.example --oidc-audience tandem",
        "--oidc-leeway 6m",
    ] {
        assert!(read(&format!("serve {wrong}")).is_err(), "{wrong}");
    }
    let missing =
        serve("--oidc-issuer https://login.example --oidc-audience tandem --oidc-jwks no-such-file");
    assert!(missing.server.oidc.tokens().is_err());
}

#[test]
fn what_strangers_may_ask_is_set_by_flags() {
    let safety =
        serve("--rate-limit-strangers 100 --rate-limit-known off --trust-forwarded --introspection known")
            .server
            .safety;
    assert_eq!(
        (safety.rate_limit_strangers, safety.rate_limit_known),
        (values::Points(Some(100)), values::Points(None))
    );
    assert!(safety.trust_forwarded && !safety.documents_only);
    for wrong in [
        "--rate-limit-known 0",
        "--rate-limit-known much",
        "--documents-only",
        "--introspection some",
    ] {
        assert!(read(&format!("serve {wrong}")).is_err(), "{wrong}");
    }
    assert!(
        serve("--documents-only --documents manifest.json")
            .server
            .safety
            .documents_only
    );
}

#[test]
fn values_are_read_with_their_units() {
    let serve = serve("--request-timeout 1500ms --body-limit 64k --shutdown-grace 2m --graphiql false");
    let settings = serve.server.http_settings(&[]);
    assert_eq!(settings.request_timeout, Duration::from_millis(1_500));
    assert_eq!(settings.body_limit_bytes, 65_536);
    assert_eq!(settings.shutdown_grace, Duration::from_secs(120));
    assert!(!settings.graphiql);
    for wrong in [
        "--request-timeout 0",
        "--request-timeout soon",
        "--body-limit 0",
        "--body-limit 1T",
        "--workers 0",
    ] {
        assert!(read(&format!("serve {wrong}")).is_err(), "{wrong}");
    }
}

#[test]
fn the_defaults_of_the_flags_are_those_of_the_http_front() {
    let settings = serve("").server.http_settings(&[]);
    assert_eq!(
        format!("{settings:?}"),
        format!("{:?}", crate::http::HttpSettings::default())
    );
}

#[test]
fn a_misspelt_flag_is_named_with_the_right_one() {
    let error = read("serve --bnd 8080").unwrap_err().to_string();
    assert!(error.contains("--bnd") && error.contains("--bind"), "{error}");
}

#[test]
fn a_misspelt_variable_is_found() {
    let set = [
        "TANDEM_BND",
        "TANDEM_BIND",
        "TANDEM_LOG",
        "TANDEM_TEST_DATABASE",
        "DATABASE_URL",
        "HOME",
    ];
    assert_eq!(unknown_among(set.into_iter().map(String::from)), ["TANDEM_BND"]);
}

#[test]
fn help_shows_every_setting_with_its_variable_and_no_values_of_secrets() {
    let mut command = Cli::command();
    let serve = command.find_subcommand_mut("serve").unwrap();
    let help = serve.render_long_help().to_string();
    for expected in [
        "DATABASE_URL",
        "TANDEM_BIND",
        "TANDEM_MAX_DEPTH",
        "127.0.0.1:8080",
        "sqlite:tandem.db",
    ] {
        assert!(help.contains(expected), "{expected} in {help}");
    }
    let long = serve
        .get_arguments()
        .filter(|argument| argument.get_long() == Some("database-url"));
    assert!(long.into_iter().all(clap::Arg::is_hide_env_values_set));
}

//! People who come in by an issuer's token, and those who only pretend to, over HTTP and WebSocket alike.

mod attacks;

use serde_json::{Value, json};
use tests::binary::{self, Process};
use tests::issuer::{AUDIENCE, ISSUER, SignIn, seconds};
use tests::server::client;
use tests::subscription::{Heard, Socket};
use tests::{Database, Server};

const VIEWER: &str =
    "{ viewer { account { id kind name issuer subject email } roles { role organisation { name } } } }";
const GRANT: &str =
    "mutation ($input: ChangeRoleInput!) { grantRole(input: $input) { errors { code message } } }";
const ACCOUNT: &str = "mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id email } errors { code path } } }";

/// The viewer, as a token's bearer sees themselves.
async fn seen(server: &Server, token: &str) -> Value {
    let mut answer = server.graphql_by(&client(Some(token)), VIEWER, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["viewer"].take()
}

tests::on_each_database! {
    async fn a_person_is_known_at_first_sight_and_may_do_what_they_are_granted(given: SignIn) {
        let SignIn { server, .. } = &given;
        let token = given.token("ada");
        let first = seen(server, &token).await;
        let account = &first["account"];
        assert_eq!((&account["kind"], &account["name"], &account["issuer"], &account["subject"]),
            (&json!("PERSON"), &json!("Person ada"), &json!(ISSUER), &json!("ada")));
        assert_eq!(first["roles"], json!([]), "nobody has granted anything");
        assert_eq!(seen(server, &given.token("ada")).await, first, "the same person, with another token");
        assert_ne!(seen(server, &given.token("eve")).await["account"]["id"], account["id"]);

        let ask = async || server.graphql_by(&client(Some(&token)), "{ reviewQuality { __typename } }", json!({})).await;
        assert_eq!(ask().await["errors"][0]["extensions"]["code"], "FORBIDDEN");
        let answer = server.data(GRANT, json!({ "input": { "account": account["id"], "role": "REVIEWER" } })).await;
        assert_eq!(answer["grantRole"]["errors"], json!([]));
        assert!(ask().await.get("errors").is_none(), "the same token, once the role is granted");

        let close = "mutation ($input: CloseAccountInput!) { closeAccount(input: $input) { errors { code } } }";
        server.data(close, json!({ "input": { "id": account["id"] } })).await;
        let refused = ask().await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
        // Whoever is gone is not made anew.
        let accounts = server.data("{ accounts { totalCount } }", json!({})).await;
        assert_eq!(accounts["accounts"]["totalCount"], 3);
    }

    async fn an_account_waits_for_whoever_has_its_verified_address(given: SignIn) {
        let SignIn { server, signer } = &given;
        let input = json!({ "kind": "PERSON", "name": "Grace", "issuer": ISSUER, "email": " Grace@Leeds.example", "roles": [{ "role": "REVIEWER" }] });
        let made = server.data(ACCOUNT, json!({ "input": input })).await;
        assert_eq!(made["createAccount"]["errors"], json!([]), "{made}");
        assert_eq!(made["createAccount"]["account"]["email"], "grace@leeds.example");
        let again = server.data(ACCOUNT, json!({ "input": input })).await;
        assert_eq!(again["createAccount"]["errors"], json!([{ "code": "DUPLICATE", "path": ["input", "email"] }]));
        let nobody = json!({ "kind": "PERSON", "name": "Nobody", "issuer": ISSUER });
        let refused = server.data(ACCOUNT, json!({ "input": nobody })).await;
        assert_eq!(refused["createAccount"], json!({ "account": null, "errors": [{ "code": "REQUIRED", "path": ["input", "subject"] }] }));

        let mut claims = SignIn::claims("eve");
        claims["email"] = json!("grace@leeds.example");
        let eve = seen(server, &signer.token(&claims)).await;
        assert_eq!((&eve["roles"], &eve["account"]["email"]), (&json!([]), &Value::Null), "nobody verified that");
        let mut claims = SignIn::claims("g-1");
        claims["email"] = json!("Grace@leeds.example");
        claims["email_verified"] = json!(true);
        let grace = seen(server, &signer.token(&claims)).await;
        assert_eq!(grace["account"]["id"], made["createAccount"]["account"]["id"]);
        assert_eq!(grace["roles"][0]["role"], "REVIEWER");
        claims["sub"] = json!("g-2");
        let second = seen(server, &signer.token(&claims)).await;
        assert_eq!(second["roles"], json!([]), "the account is taken: {second}");
    }

    async fn one_person_at_many_doors_at_once_is_one_account(given: SignIn) {
        let token = given.token("many");
        let asked = (0..20).map(|_| seen(&given.server, &token));
        let seen = futures_util::future::join_all(asked).await;
        assert!(seen.iter().all(|viewer| *viewer == seen[0]), "{seen:?}");
        let accounts = given.server.data("{ accounts { totalCount } }", json!({})).await;
        assert_eq!(accounts["accounts"]["totalCount"], 2);
    }

    async fn a_socket_hears_nothing_more_once_the_token_has_ended(given: SignIn) {
        let mut claims = SignIn::claims("ada");
        claims["exp"] = json!(seconds() + 5);
        let shown = json!({ "authorization": format!("Bearer {}", given.signer.token(&claims)) });
        let mut socket = Socket::open(&given.server.url).await;
        socket.send(&json!({ "type": "connection_init", "payload": shown })).await;
        assert!(matches!(socket.hear().await, Heard::Message(answer) if answer["type"] == "connection_ack"));
        socket.subscribe("1", "subscription { overlapFlagged { score } }", json!({})).await;
        assert_eq!(socket.hear().await, Heard::Closed(4403));
        assert!(seconds() >= claims["exp"].as_u64().unwrap(), "not before its time");
    }

    /// The whole way as the documentation has it: an issuer on this machine, a server that finds its keys, a person.
    async fn signing_in_can_be_tried_out_on_one_machine(database: Database) {
        let mut command = binary::command(database.folder());
        command.args(["issuer", "--bind", "127.0.0.1:0", "--audience", AUDIENCE]);
        let issuer = Process::start(command);
        let server = Server::start_as(database, &["--oidc-issuer", &issuer.url, "--oidc-audience", AUDIENCE]).await;
        let ask = async |fields: &[(&str, &str)]| {
            let request = reqwest::Client::new().post(format!("{}/token", issuer.url)).form(fields);
            request.send().await.unwrap()
        };
        let answer: Value = ask(&[("subject", "ada"), ("name", "Ada Lovelace"), ("email", "ada@leeds.example")]).await.json().await.unwrap();
        let viewer = seen(&server, answer["access_token"].as_str().unwrap()).await;
        assert_eq!((&viewer["account"]["name"], &viewer["account"]["email"]), (&json!("Ada Lovelace"), &json!("ada@leeds.example")));
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3_600)));
        for wrong in [&[("subject", " ")][..], &[("subject", "ada"), ("minutes", "0")], &[("name", "Ada")], &[("subject", "a"), ("minutes", "x")]] {
            assert_eq!(ask(wrong).await.status(), 400, "{wrong:?}");
        }
        // A site that points its name at this machine gets nothing.
        for path in ["/", "/jwks.json", "/.well-known/openid-configuration"] {
            let request = client(None).get(format!("{}{path}", issuer.url)).header("host", "rebound.example:80");
            assert_eq!(request.send().await.unwrap().status(), 400, "{path}");
            assert_eq!(client(None).get(format!("{}{path}", issuer.url)).send().await.unwrap().status(), 200, "{path}");
        }
        // Another's token, signed by a key of another issuer's making, is none.
        let mut command = binary::command(server.database.folder());
        command.args(["issuer", "--bind", "127.0.0.1:0", "--audience", AUDIENCE]);
        let other = Process::start(command);
        let request = reqwest::Client::new().post(format!("{}/token", other.url)).form(&[("subject", "ada")]);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let refused = server.graphql_by(&client(answer["access_token"].as_str()), VIEWER, json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
    }
}

#[test]
fn the_development_issuer_listens_on_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:0", "192.0.2.1:9090", "[::]:0"] {
        let output = tests::tandem(folder.path(), &["issuer", "--bind", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("loopback"),
            "{address}"
        );
    }
}

//! GraphQL over WebSocket, frame by frame.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Running, settings, start};

pub(super) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

pub(super) async fn connect(
    server: &Running,
    protocol: Option<&str>,
    origin: Option<&str>,
) -> Result<Client, u16> {
    let mut request = format!("ws://{}/graphql/ws", server.address())
        .into_client_request()
        .unwrap();
    let headers = [("sec-websocket-protocol", protocol), ("origin", origin)];
    for (name, value) in headers {
        if let Some(value) = value {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    match connect_async(request).await {
        Ok((stream, _)) => Ok(Client(stream)),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("connecting: {error}"),
    }
}

impl Client {
    async fn open(server: &Running) -> Self {
        connect(server, Some("graphql-transport-ws"), None)
            .await
            .unwrap_or_else(|status| panic!("{status}"))
    }

    pub(super) async fn ready(server: &Running) -> Self {
        let mut client = Self::open(server).await;
        client.send(json!({"type": "connection_init"})).await;
        assert_eq!(client.next().await, json!({"type": "connection_ack"}));
        client
    }

    pub(super) async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(super) async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({"type": "subscribe", "id": id, "payload": {"query": query}}))
            .await;
    }

    /// The next message of the protocol; control frames are answered by the library on the way.
    pub(super) async fn next(&mut self) -> Value {
        loop {
            match self.0.next().await.expect("the socket is open").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    pub(super) async fn close_code(&mut self) -> u16 {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(frame))) => return frame.expect("a reason").code.into(),
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_subscription_delivers_then_completes() {
    let server = start();
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "subscription { count(to: 2) }").await;
    for number in 0..2 {
        let expected = json!({"type": "next", "id": "a", "payload": {"data": {"count": number}}});
        assert_eq!(client.next().await, expected);
    }
    assert_eq!(client.next().await, json!({"type": "complete", "id": "a"}));
}

#[tokio::test]
async fn queries_and_mutations_run_over_the_socket_too() {
    let server = start();
    let mut client = Client::ready(&server).await;
    for (id, document, data) in [
        ("q", "{ hello }", json!({"hello": "world"})),
        ("m", "mutation { set(value: 4) }", json!({"set": 4})),
    ] {
        client.subscribe(id, document).await;
        assert_eq!(client.next().await["payload"]["data"], data);
        assert_eq!(client.next().await, json!({"type": "complete", "id": id}));
    }
}

#[tokio::test]
async fn an_id_can_be_used_again_once_its_operation_ended() {
    let server = start();
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "subscription { forever }").await;
    client.next().await;
    client.send(json!({"type": "complete", "id": "a"})).await;
    client.subscribe("a", "{ hello }").await;
    assert_eq!(client.next().await["payload"]["data"], json!({"hello": "world"}));
}

#[tokio::test]
async fn a_document_in_error_ends_with_an_error_that_has_code_and_request_id() {
    let server = start();
    let mut client = Client::ready(&server).await;
    let bomb = format!("{{ size(tree: {}{}) }}", "[".repeat(3_000), "]".repeat(3_000));
    for (document, code) in [
        ("{", "BAD_USER_INPUT"),
        ("{ nothing }", "BAD_USER_INPUT"),
        (bomb.as_str(), "LIMIT_EXCEEDED"),
    ] {
        client.subscribe("a", document).await;
        let message = client.next().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{message}");
        assert!(message["payload"][0]["extensions"]["requestId"].is_string());
    }
}

#[tokio::test]
async fn panics_and_slow_queries_end_their_operation_alone() {
    let server = start();
    let mut client = Client::ready(&server).await;
    client.subscribe("s", "subscription { boom }").await;
    assert_eq!(client.next().await["payload"]["data"], json!({"boom": 0}));
    assert_eq!(
        client.next().await["payload"][0]["extensions"]["code"],
        "INTERNAL"
    );
    client.subscribe("t", "{ slow(ms: 60000) }").await;
    assert_eq!(
        client.next().await["payload"][0]["extensions"]["code"],
        "LIMIT_EXCEEDED"
    );
    client.subscribe("q", "{ hello }").await;
    assert_eq!(client.next().await["payload"]["data"], json!({"hello": "world"}));
}

#[tokio::test]
async fn a_client_that_does_not_introduce_itself_is_closed_with_4408() {
    let server = start();
    assert_eq!(Client::open(&server).await.close_code().await, 4408);
}

#[tokio::test]
async fn breaches_of_the_protocol_close_with_their_codes() {
    let server = start();
    let mut early = Client::open(&server).await;
    early.subscribe("a", "{ hello }").await;
    assert_eq!(early.close_code().await, 4401);

    let mut twice = Client::ready(&server).await;
    twice.send(json!({"type": "connection_init"})).await;
    assert_eq!(twice.close_code().await, 4429);

    let mut duplicate = Client::ready(&server).await;
    duplicate.subscribe("a", "subscription { forever }").await;
    duplicate.next().await;
    duplicate.subscribe("a", "{ hello }").await;
    assert_eq!(duplicate.close_code().await, 4409);

    for message in [
        json!("x"),
        json!({"type": "start"}),
        json!({"type": "subscribe", "id": "a"}),
        json!({"id": 1}),
    ] {
        let mut client = Client::ready(&server).await;
        client.send(message).await;
        assert_eq!(client.close_code().await, 4400);
    }
}

#[tokio::test]
async fn messages_that_are_binary_or_too_long_close_the_socket() {
    let server = start();
    let mut client = Client::ready(&server).await;
    client.0.send(Message::binary(vec![1])).await.unwrap();
    assert_eq!(client.close_code().await, 1003);
    let mut client = Client::ready(&server).await;
    let text = "x".repeat(settings().socket.max_message_bytes + 1);
    client.0.send(Message::text(text)).await.unwrap();
    assert_eq!(client.close_code().await, 1009);
}

#[tokio::test]
async fn only_graphql_transport_ws_is_spoken() {
    let server = start();
    for protocol in [None, Some("graphql-ws")] {
        let mut request = format!("ws://{}/graphql/ws", server.address())
            .into_client_request()
            .unwrap();
        if let Some(protocol) = protocol {
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        // This client refuses a handshake that agrees on no protocol, as browsers do.
        match connect_async(request).await {
            Ok((stream, _)) => assert_eq!(Client(stream).close_code().await, 4406),
            Err(error) => assert!(error.to_string().to_lowercase().contains("protocol"), "{error}"),
        }
    }
}

#[tokio::test]
async fn operations_and_sockets_are_bounded() {
    let server = start();
    let mut client = Client::ready(&server).await;
    for number in 0..settings().socket.max_operations {
        client
            .subscribe(&number.to_string(), "subscription { forever }")
            .await;
        client.next().await;
    }
    client.subscribe("more", "{ hello }").await;
    let refused = client.next().await;
    assert_eq!(
        (&refused["type"], &refused["id"]),
        (&json!("error"), &json!("more"))
    );
    assert_eq!(refused["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");

    let mut others = Vec::new();
    for _ in 1..settings().socket.max_sockets {
        others.push(Client::ready(&server).await);
    }
    assert_eq!(
        connect(&server, Some("graphql-transport-ws"), None).await.err(),
        Some(503)
    );
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_socket() {
    let server = start();
    let evil = connect(
        &server,
        Some("graphql-transport-ws"),
        Some("https://evil.example"),
    )
    .await;
    assert_eq!(evil.err(), Some(403));
    let partner = connect(
        &server,
        Some("graphql-transport-ws"),
        Some("https://partner.example"),
    )
    .await;
    assert!(partner.is_ok());
}

#[tokio::test]
async fn pings_are_answered_and_the_server_pings_on_its_own() {
    let server = start();
    let mut client = Client::ready(&server).await;
    client.send(json!({"type": "ping", "payload": {"n": 1}})).await;
    assert_eq!(client.next().await, json!({"type": "pong", "payload": {"n": 1}}));
    loop {
        if let Message::Ping(_) = client.0.next().await.unwrap().unwrap() {
            break;
        }
    }
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_dropped() {
    let server = start();
    let mut client = Client::ready(&server).await;
    // Read beneath the protocol, which would answer.
    let mut bytes = Vec::new();
    client.0.get_mut().read_to_end(&mut bytes).await.unwrap();
    let pings = bytes.iter().filter(|byte| **byte == 0x89).count();
    assert!(pings > 0, "{bytes:x?}");
    let closing = |frame: &[u8]| frame[0] == 0x88 && frame[2..] == 1001_u16.to_be_bytes();
    assert!(bytes.windows(4).any(closing), "{bytes:x?}");
}

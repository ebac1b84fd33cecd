//! A client of the `graphql-transport-ws` protocol that shows every message.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a message may take before the test fails: only a hang is caught.
const MESSAGE_LIMIT: Duration = Duration::from_secs(60);

/// What a socket says next.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A message of the protocol.
    Message(Value),
    /// The socket was closed, with this code (1005 when none was given).
    Closed(u16),
}

/// One socket, opened but not yet initialised.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Opens a socket to the server at `http://HOST:PORT`.
    ///
    /// # Panics
    /// When the server refuses it or does not choose the protocol.
    pub async fn open(url: &str) -> Self {
        let address = format!("{}/graphql/ws", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().expect("an address");
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol.clone());
        let (stream, answer) = connect_async(request).await.expect("open the socket");
        assert_eq!(
            answer.headers().get("sec-websocket-protocol"),
            Some(&protocol),
            "the chosen protocol"
        );
        Self { stream }
    }

    /// Sends one message, be it sense or nonsense.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn send(&mut self, message: &Value) {
        self.stream
            .send(Message::text(message.to_string()))
            .await
            .expect("send");
    }

    /// Sends `connection_init` and waits for the acknowledgement.
    ///
    /// # Panics
    /// When anything else is answered.
    pub async fn init(&mut self) {
        self.send(&json!({ "type": "connection_init" })).await;
        let Heard::Message(answer) = self.hear().await else {
            panic!("closed at once")
        };
        assert_eq!(answer["type"], "connection_ack");
    }

    /// Starts an operation under an id.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(&json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// The next message; pings are answered and passed over.
    ///
    /// # Panics
    /// When none comes within a minute.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let next = timeout(MESSAGE_LIMIT, self.stream.next())
                .await
                .expect("the server said nothing");
            match next {
                None | Some(Err(_)) => return Heard::Closed(1006),
                Some(Ok(Message::Close(frame))) => {
                    return Heard::Closed(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("messages are JSON");
                    if message["type"] == "ping" {
                        self.send(&json!({ "type": "pong" })).await;
                    } else if message["type"] != "pong" {
                        return Heard::Message(message);
                    }
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// The payload of the next `next` message.
    ///
    /// # Panics
    /// When anything else comes.
    pub async fn next(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(mut message) if message["type"] == "next" => message["payload"].take(),
            other => panic!("expected a next message, heard {other:?}"),
        }
    }
}

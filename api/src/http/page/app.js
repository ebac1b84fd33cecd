// Loads GraphiQL, or offers a plain editor where it cannot be loaded.
"use strict";

(() => {
  const { assets, examples } = JSON.parse(document.getElementById("page-data").textContent);
  const root = document.getElementById("app");
  const LOADING_LIMIT_MS = 10000;

  // One file of GraphiQL. The digest makes the browser refuse a file that is not the expected one.
  const load = ({ address, integrity }) =>
    new Promise((resolve, reject) => {
      const isStyle = address.endsWith(".css");
      const element = document.createElement(isStyle ? "link" : "script");
      if (integrity) {
        element.integrity = integrity;
        element.crossOrigin = "anonymous";
      }
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${address} could not be loaded`));
      if (isStyle) {
        element.rel = "stylesheet";
        element.href = address;
      } else {
        // Fetched side by side, run in the order in which they were added.
        element.async = false;
        element.src = address;
      }
      document.head.append(element);
    });

  // A client of the graphql-transport-ws protocol: one socket an operation.
  const socketClient = {
    subscribe(payload, sink) {
      const address = new URL("/graphql/ws", location.href);
      address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(address, "graphql-transport-ws");
      const id = "1";
      let ended = false;
      const end = (tell) => {
        if (ended) return;
        ended = true;
        tell();
        socket.close(1000);
      };
      const send = (message) => socket.send(JSON.stringify(message));
      socket.onopen = () => send({ type: "connection_init" });
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        switch (message.type) {
          case "connection_ack": return send({ id, type: "subscribe", payload });
          case "ping": return send({ type: "pong" });
          case "next": return sink.next(message.payload);
          case "error": return end(() => sink.error(message.payload));
          case "complete": return end(() => sink.complete());
        }
      };
      socket.onclose = ({ code, reason }) =>
        end(() => sink.error([{ message: `the connection was closed (${code}) ${reason}` }]));
      return () => {
        if (socket.readyState === WebSocket.OPEN && !ended) send({ id, type: "complete" });
        end(() => sink.complete());
      };
    },
  };

  const showGraphiQL = () => {
    const fetcher = GraphiQL.createFetcher({ url: "/graphql", wsClient: socketClient });
    const defaultTabs = examples.map(({ query }) => ({ query, variables: "", headers: "" }));
    const properties = { fetcher, defaultEditorToolsVisibility: true };
    if (defaultTabs.length > 0) properties.defaultTabs = defaultTabs;
    root.replaceChildren();
    ReactDOM.createRoot(root).render(React.createElement(GraphiQL, properties));
  };

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const showPlain = () => {
    const choice = make("select", { id: "example" },
      ...examples.map(({ title }, index) => make("option", { value: index }, title)));
    const query = make("textarea", { id: "query", rows: 16, spellcheck: false });
    const variables = make("textarea", { id: "variables", rows: 4, spellcheck: false });
    const result = make("pre", { id: "result", tabIndex: 0 });
    result.setAttribute("aria-live", "polite");
    const run = make("button", { type: "button" }, "Run (Ctrl+Enter)");
    const choose = () => {
      query.value = examples[choice.value]?.query ?? "{ __typename }";
      variables.value = "";
    };
    const execute = async () => {
      result.textContent = "Running …";
      try {
        const body = { query: query.value, variables: JSON.parse(variables.value.trim() || "{}") };
        const response = await fetch("/graphql", {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify(body),
        });
        result.textContent = JSON.stringify(await response.json(), null, 2);
      } catch (error) {
        result.textContent = String(error);
      }
    };
    choice.onchange = choose;
    run.onclick = execute;
    const page = make("main", { className: "plain" },
      make("h1", {}, "Tandem API"),
      make("p", {}, "GraphiQL could not be loaded here, so this is a plain editor. The schema is at ",
        make("a", { href: "/schema.graphql" }, "/schema.graphql"), "."),
      make("label", { htmlFor: "example" }, "Example"), choice,
      make("label", { htmlFor: "query" }, "Query"), query,
      make("label", { htmlFor: "variables" }, "Variables (JSON)"), variables,
      run,
      make("label", { htmlFor: "result" }, "Result"), result);
    page.onkeydown = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) execute();
    };
    choose();
    root.replaceChildren(page);
  };

  const tooLate = new Promise((_, reject) =>
    setTimeout(() => reject(new Error("loading took too long")), LOADING_LIMIT_MS));
  Promise.race([Promise.all(assets.map(load)), tooLate]).then(showGraphiQL).catch((error) => {
    console.warn("GraphiQL is not shown:", error);
    showPlain();
  });
})();

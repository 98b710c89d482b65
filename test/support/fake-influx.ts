// A small HTTP server in place of InfluxDB: answers as a test says, and keeps what it was asked. For what a real server does
// too rarely (being busy, breaking off), and for InfluxDB 2, which is tested here against its documentation only.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Asked {
  method: string;
  path: string;
  parameters: Record<string, string>;
  authorization: string | undefined;
  body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export interface FakeInflux {
  host: string;
  asked: Asked[];
  /** What is done with everything but /ping, which is answered as InfluxDB does. */
  answer: Answer;
  stop(): Promise<void>;
}

export async function startFakeInflux(): Promise<FakeInflux> {
  const fake: FakeInflux = {
    host: "",
    asked: [],
    answer: (_, response) => void response.writeHead(204).end(),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    void (async () => {
      const asked = await told(request);
      if (asked.path === "/ping") {
        response.writeHead(204, { "x-influxdb-version": "v2.7.1" }).end();
        return;
      }
      fake.asked.push(asked);
      await fake.answer(asked, response);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  fake.host = `127.0.0.1:${address.port}`;
  return fake;
}

async function told(request: IncomingMessage): Promise<Asked> {
  let body = "";
  for await (const part of request.setEncoding("utf8")) body += part as string;
  const url = new URL(request.url ?? "", "http://localhost");
  return {
    method: request.method ?? "",
    path: url.pathname,
    parameters: Object.fromEntries(url.searchParams),
    authorization: request.headers.authorization,
    body,
  };
}

import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { followEvents, type ServerEvent } from "./events.ts";

/** An answer that gives its text in these pieces, and breaks behind them where it is told to. */
function answer(pieces: readonly string[], breaks = false): Response {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = bytes.shift();
      if (next !== undefined) controller.enqueue(next);
      else if (breaks) controller.error(new Error("the connection broke"));
      else controller.close();
    },
  });
  return new Response(body);
}

async function all(events: AsyncIterable<ServerEvent>): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

test("events are read however they are cut, and comments are none", async () => {
  const text =
    'retry: 1\n\nid: a-1\nevent: log\ndata: {"line":"é"}\n\n: still here\n\nid: a-2\nevent: state\ndata: 7\n\n';
  const bytes = [...text].map((character) => character);
  const events = await all(followEvents(async () => answer(bytes), {}));
  expect(events).toEqual([
    { id: "a-1", event: "log", data: { line: "é" } },
    { id: "a-2", event: "state", data: 7 },
  ]);
});

test("a connection that breaks is taken up behind the last event", async () => {
  const asked: (string | undefined)[] = [];
  const answers = [
    answer(["retry: 1\n\nid: a-1\nevent: log\ndata: 1\n\nid: a-2\nev"], true),
    answer(["id: a-2\nevent: log\ndata: 2\n\n"]),
  ];
  const open = async (init: RequestInit): Promise<Response> => {
    asked.push((init.headers as Record<string, string>)["last-event-id"]);
    return answers.shift() as Response;
  };
  expect((await all(followEvents(open, {}))).map(({ data }) => data)).toEqual([1, 2]);
  expect(asked).toEqual([undefined, "a-1"]);
});

test("what the server refuses is thrown at once, and what fails for ever in the end", async () => {
  let asked = 0;
  const refusing = async (): Promise<Response> => {
    asked++;
    throw new ApiError(404, undefined);
  };
  await expect(all(followEvents(refusing, {}))).rejects.toMatchObject({ status: 404 });
  expect(asked).toBe(1);
  const failing = async (): Promise<Response> => {
    asked++;
    throw new TypeError("fetch failed");
  };
  await expect(all(followEvents(failing, { retries: 0 }))).rejects.toThrow("fetch failed");
  expect(asked).toBe(2);
});

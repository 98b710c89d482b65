// What the schema `kdd` counts of the text of sessions: by sessions written here, whose counts are worked out by hand from
// docs/reference/kdd.md; the same whatever the segments; by generated sessions; and by real ones.

import { describe, expect, test } from "vitest";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { generate } from "../../src/generate/generate.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { meteredRows } from "../support/metered-rows.ts";
import {
  byteByByte,
  dialogue,
  frameOf,
  type Piece,
  type Segment,
  segmentsOf,
} from "../support/tcp-session.ts";

const schema = schemaById("kdd");
const CONTENT = schema.columns.slice(9, 22).map((column) => column.name);
const START_US = 1_700_000_000_000_000;
const ETHERNET = 1;

type Counts = Partial<Record<string, number>>;

function rowsOf(
  frames: Iterable<{ bytes: Uint8Array; wire?: number; timeUs: number }>,
): Record<string, number>[] {
  const rows: Record<string, number>[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        rows.push(
          Object.fromEntries(schema.columns.map(({ name }, index) => [name, batch.values[at + index]])),
        );
      }
    },
  });
  for (const { bytes, wire, timeUs } of frames)
    meter.frame(bytes, 0, bytes.length, wire ?? bytes.length, timeUs, ETHERNET);
  meter.end();
  return rows;
}

/** The content features of the one connection that the segments are. */
function contentOf(segments: readonly Segment[], port: number, captured = Infinity): Counts {
  const rows = rowsOf(
    segments.map((segment, index) => {
      const bytes = frameOf(segment, port);
      return { bytes: bytes.subarray(0, captured), wire: bytes.length, timeUs: START_US + index * 1000 };
    }),
  );
  expect(rows).toHaveLength(1);
  return Object.fromEntries(CONTENT.map((name) => [name, rows[0][name]]));
}

function counts(given: Counts): Counts {
  return Object.fromEntries(CONTENT.map((name) => [name, given[name] ?? 0]));
}

const MISSING = Object.fromEntries(CONTENT.map((name) => [name, Number.NaN]));

interface Example {
  name: string;
  port: number;
  pieces: Piece[];
  expected: Counts;
}

const EXAMPLES: Example[] = [
  {
    name: "FTP, a guest who looks around",
    port: 21,
    pieces: dialogue(
      "< 220-Welcome",
      "< 220 ready",
      "> USER anonymous",
      "< 331 password?",
      "> PASS someone@example.org",
      "< 230-Hello",
      "< 230 logged in",
      "> CWD /etc", // hot
      "< 250 done",
      "> RETR passwd", // hot, a guest's file
      "< 550 no such file", // compromised
      "> RETR /etc/passwd", // hot twice: directory, guest's file; access file
      "< 226 done",
      "> STOR upload.bin", // hot, creation
      "< 226 done",
      "> MKD incoming", // creation
      "< 257 made",
      "> QUIT",
      "< 221 bye",
    ),
    expected: {
      hot: 5,
      logged_in: 1,
      num_compromised: 1,
      num_file_creations: 2,
      num_access_files: 1,
      is_guest_login: 1,
    },
  },
  {
    name: "FTP, the superuser at the third attempt",
    port: 21,
    pieces: dialogue(
      "< 220 ready",
      "> user root",
      "< 331 password?",
      "> pass one",
      "< 530 no",
      "> user root",
      "< 331 password?",
      "> pass two",
      "< 530-no",
      "< 530 and no",
      "> user root",
      "< 331 password?",
      "> pass three",
      "< 230 yes",
      "> site exec /bin/sh", // hot twice: directory, program; shell; root's command
      "< 200 done",
      "> list", // root's command
      "< 226 done",
    ),
    expected: { hot: 2, num_failed_logins: 2, logged_in: 1, num_root: 2, num_shells: 1, is_host_login: 1 },
  },
  {
    name: "Telnet, from guest to superuser",
    port: 23,
    pieces: [
      { fromClient: false, bytes: Uint8Array.of(255, 253, 24, 255, 250, 24, 1, 255, 240) },
      { fromClient: true, bytes: Uint8Array.of(255, 251, 24) },
      ...dialogue(
        "< host login: _",
        "> guest",
        "< guest",
        "< Password: _",
        "> wrong",
        "<  ",
        "< Login incorrect", // failed
        "< host login: _",
        "> guest",
        "< Password: _",
        "> right",
        "< Last login: Mon Mar  4 from elsewhere",
        "< $ _",
        "> cat /etc/passwd", // hot, access file
        "< root:x:0:0",
        "< $ _",
        "> cc -o run run.c", // hot
        "< $ _",
        "> ./run > out", // hot, creation
        "< run: not found", // compromised
        "< $ _",
        "> su root", // su
        "< Password: _",
        "> secret",
        "< # _", // root shell
        "> touch /tmp/x", // creation, root's command
        "< # _",
        "> exec bash", // shell, root's command
        "< # _",
        "> exit", // root's command
      ),
    ],
    expected: {
      hot: 3,
      num_failed_logins: 1,
      logged_in: 1,
      num_compromised: 1,
      root_shell: 1,
      su_attempted: 1,
      num_root: 3,
      num_file_creations: 2,
      num_shells: 1,
      num_access_files: 1,
      is_guest_login: 1,
    },
  },
  {
    name: "SMTP, a mail whose text says all sorts of things",
    port: 25,
    pieces: dialogue(
      "< 220 mx",
      "> EHLO me",
      "< 250 hello",
      "> AUTH PLAIN xyz",
      "< 535 5.7.8 no", // failed
      "> MAIL FROM:<a@example.org>",
      "< 250 ok", // in
      "> RCPT TO:<b@example.org>",
      "< 250 ok",
      "> DATA",
      "< 354 go on",
      "> DEBUG /etc/passwd",
      "> .",
      "< 250 taken",
      "> DEBUG", // hot
      "< 500 no",
      "> QUIT",
    ),
    expected: { hot: 1, num_failed_logins: 1, logged_in: 1 },
  },
  {
    name: "POP3, a wrong password and the right one",
    port: 110,
    pieces: dialogue(
      "< +OK ready",
      "> USER admin",
      "< +OK",
      "> PASS one",
      "< -ERR no",
      "> USER admin",
      "< +OK",
      "> PASS two",
      "< +OK welcome",
      "> LIST",
      "< -ERR none",
    ),
    expected: { num_failed_logins: 1, logged_in: 1, is_host_login: 1 },
  },
  {
    name: "IMAP, a wrong password and the right one",
    port: 143,
    pieces: dialogue(
      "< * OK ready",
      "> a1 LOGIN someone one",
      "< * BAD capability",
      "< a1 NO no",
      "> a2 LOGIN someone two",
      "< a2 OK yes",
      "> a3 CREATE folder",
      "< a3 NO exists",
    ),
    expected: { num_failed_logins: 1, logged_in: 1, num_file_creations: 1 },
  },
  {
    name: "HTTP, guesses and intrusions",
    port: 80,
    pieces: dialogue(
      "> GET /private HTTP/1.1",
      "> Host: example.org",
      "> ",
      "< HTTP/1.1 401 Unauthorized", // no credentials were given
      "< ",
      "> GET /private HTTP/1.1",
      "> Authorization: Basic eDp5",
      "> ",
      "< HTTP/1.1 401 Unauthorized", // failed
      "< ",
      "> GET /%2e%2e/%65tc/passwd HTTP/1.1", // hot, access file
      "> ",
      "< HTTP/1.1 404 Not Found", // in, compromised
      "< ",
      "> PUT /cgi-bin/x?run=/bin/sh HTTP/1.1", // hot, shell, creation
      "> ",
      "< HTTP/1.1 201 Created",
      "< ",
    ),
    expected: {
      hot: 2,
      num_failed_logins: 1,
      logged_in: 1,
      num_compromised: 1,
      num_file_creations: 1,
      num_shells: 1,
      num_access_files: 1,
    },
  },
];

describe("written sessions", () => {
  test.each(EXAMPLES)("$name", ({ port, pieces, expected }) => {
    expect(contentOf(segmentsOf(pieces), port)).toEqual(counts(expected));
  });

  test("on a port that speaks no text, nothing is read", () => {
    expect(contentOf(segmentsOf(EXAMPLES[0].pieces), 4444)).toEqual(counts({}));
  });
});

describe("whatever the segments", () => {
  test.each(EXAMPLES)("$name: byte by byte", ({ port, pieces, expected }) => {
    expect(contentOf(segmentsOf(byteByByte(pieces)), port)).toEqual(counts(expected));
  });

  test.each(EXAMPLES)("$name: everything twice", ({ port, pieces, expected }) => {
    const segments = segmentsOf(pieces);
    const twice = segments.slice(0, -3).flatMap((segment) => [segment, segment]);
    expect(contentOf([...twice, ...segments.slice(-3)], port)).toEqual(counts(expected));
  });

  test.each(EXAMPLES)("$name: lines cut in two, the second half first", ({ port, pieces, expected }) => {
    const halves = pieces.flatMap(({ fromClient, bytes }) => [
      { fromClient, bytes: bytes.subarray(0, bytes.length >> 1) },
      { fromClient, bytes: bytes.subarray(bytes.length >> 1) },
    ]);
    const segments = segmentsOf(halves.filter(({ bytes }) => bytes.length > 0));
    for (let index = 3; index + 4 < segments.length; index++) {
      const [one, other] = [segments[index], segments[index + 1]];
      if (one.fromClient !== other.fromClient) continue;
      segments[index] = other;
      segments[index + 1] = one;
      index++;
    }
    expect(contentOf(segments, port)).toEqual(counts(expected));
  });

  test("a line that a lost segment tears is left out, those behind it are read", () => {
    const segments = segmentsOf(
      dialogue("< 220 ready", "> USER ano_", "> nymous", "> RETR /etc/passwd", "> STOR x", "< 226 done"),
    );
    segments.splice(4, 1);
    const expected = counts({ hot: 1, num_access_files: 1, num_file_creations: 1 });
    expect(contentOf(segments, 21)).toEqual(expected);
  });

  test("a hole is given up when too much waits for it, and at the end", () => {
    const lines = Array.from({ length: 9 }, () => "> MKD folder");
    const segments = segmentsOf(dialogue("> NOOP", ...lines));
    segments.splice(3, 1);
    // The first line behind the hole begins where the torn one should have ended.
    expect(contentOf(segments, 21)).toEqual(counts({ num_file_creations: 8 }));
    const few = segmentsOf(dialogue("> NOOP", ...lines.slice(0, 3)));
    few.splice(3, 1);
    expect(contentOf(few, 21)).toEqual(counts({ num_file_creations: 2 }));
  });
});

describe("bounds", () => {
  test("65,536 bytes of a direction are read", () => {
    const filler = Array.from({ length: 8 }, () => `> NOOP ${"x".repeat(8185)}`); // 8,192 bytes with their ends
    const more = ["> MKD one"];
    expect(contentOf(segmentsOf(dialogue(...filler.slice(1), ...more)), 21)).toEqual(
      counts({ num_file_creations: 1 }),
    );
    expect(contentOf(segmentsOf(dialogue(...filler, ...more)), 21)).toEqual(counts({}));
  });

  test("256 bytes of a line are looked at", () => {
    const padded = (length: number): string => `> NOOP ${"x".repeat(length)} /etc/passwd`;
    expect(contentOf(segmentsOf(dialogue(padded(256 - 17))), 21)).toEqual(
      counts({ hot: 1, num_access_files: 1 }),
    );
    expect(contentOf(segmentsOf(dialogue(padded(256 - 16))), 21)).toEqual(counts({ hot: 1 }));
  });
});

describe("missing where nothing can be read", () => {
  test("STARTTLS, STLS, AUTH TLS", () => {
    const smtp = dialogue("< 220 mx", "> EHLO me", "< 250 ok", "> STARTTLS", "< 220 go");
    const pop = dialogue("< +OK", "> STLS", "< +OK begin");
    const imap = dialogue("< * OK", "> a STARTTLS", "< a OK begin");
    const ftp = dialogue("< 220 ready", "> AUTH TLS", "< 234 begin");
    for (const [pieces, port] of [
      [smtp, 25],
      [pop, 110],
      [imap, 143],
      [ftp, 21],
    ] as const) {
      expect(contentOf(segmentsOf(pieces), port)).toEqual(MISSING);
      expect(contentOf(segmentsOf(pieces.slice(0, -1)), port)).toEqual(counts({}));
    }
  });

  test("TLS and SSH on any port", () => {
    const hello = { fromClient: true, bytes: Uint8Array.of(22, 3, 1, 0, 5, 1, 0, 0, 1, 0) };
    for (const port of [443, 80, 993, 8443]) expect(contentOf(segmentsOf([hello]), port)).toEqual(MISSING);
    for (const port of [22, 2222]) {
      expect(contentOf(segmentsOf(dialogue("< SSH-2.0-OpenSSH_9.2")), port)).toEqual(MISSING);
    }
  });

  test("text that was not captured", () => {
    const segments = segmentsOf(EXAMPLES[0].pieces);
    expect(contentOf(segments, 21, 54)).toEqual(MISSING);
    expect(contentOf(segmentsOf([]), 21, 54)).toEqual(counts({}));
  });
});

describe("generated sessions", () => {
  const REFUSALS: [scenario: string, parameters: Record<string, string>, refusal: RegExp][] = [
    ["ftp-brute-force", {}, /530 Login incorrect/g],
    ["login-brute-force", { door: "telnet" }, /Login incorrect/g],
    ["login-brute-force", { door: "pop3" }, /-ERR \[AUTH\]/g],
    ["login-brute-force", { door: "smtp" }, /535 5\.7\.8/g],
  ];

  test.each(REFUSALS)("%s %o: every refusal is a failed login", (name, parameters, refusal) => {
    // A refusal that is sent again is the same one: told by ports and sequence number.
    const refusals = new Set<string>();
    const frames: { bytes: Uint8Array; timeUs: number }[] = [];
    const options = { seed: 7, scenarios: [{ name, parameters }], defects: false, packets: 4000 };
    generate(options, {
      frame(timeUs, bytes, length) {
        const copy = bytes.slice(0, length);
        frames.push({ bytes: copy, timeUs });
        const segment = copy.subarray(copy[12] === 0x86 ? 54 : 34);
        const view = new DataView(segment.buffer, segment.byteOffset);
        for (const { index } of new TextDecoder("latin1").decode(segment).matchAll(refusal)) {
          const place = (view.getUint32(4) + index - (segment[12] >> 4) * 4) % 2 ** 32;
          refusals.add(`${view.getUint32(0)} ${place}`);
        }
      },
      label() {},
    });
    const rows = rowsOf(frames);
    const sum = (column: string): number => rows.reduce((total, row) => total + row[column], 0);
    expect(refusals.size).toBeGreaterThan(5);
    expect(sum("num_failed_logins")).toBe(refusals.size);
    expect(sum("logged_in")).toBe(0);
  });
});

describe("real sessions", () => {
  const services = schema.columns.find((column) => column.name === "service")?.categories ?? [];
  const contentAt = async (path: string, service: string): Promise<Counts[]> => {
    const { rows } = await meteredRows(sharedData(path), { schema });
    return rows
      .filter(({ values }) => services[values["service"]] === service)
      .map(({ values }) => Object.fromEntries(CONTENT.map((name) => [name, values[name]])));
  };

  dataTest("FTP of a guest who fetches a file", async () => {
    const expected = counts({ hot: 1, logged_in: 1, is_guest_login: 1 });
    expect(await contentAt("pcap/ndpi/ftp.pcap", "ftp")).toEqual([expected]);
  });

  dataTest("a mail that is sent", async () => {
    expect(await contentAt("pcap/ndpi/smtp.pcap", "smtp")).toEqual([counts({ logged_in: 1 })]);
  });

  dataTest("mail fetched, refused, and fetched with another method", async () => {
    expect(await contentAt("pcap/ndpi/pop3.pcap", "pop_3")).toEqual([
      counts({ logged_in: 1 }),
      counts({}),
      counts({ num_failed_logins: 2 }),
      counts({}),
      counts({ num_failed_logins: 1, logged_in: 1 }),
      counts({ num_failed_logins: 1, logged_in: 1 }),
    ]);
  });

  dataTest("a path that leads out of the web", async () => {
    const path = "pcap/practical-packet-analysis-3e/http_dvwa_directorytraversal.pcapng";
    expect(await contentAt(path, "http")).toEqual([counts({ hot: 1, logged_in: 1, num_access_files: 1 })]);
  });
});

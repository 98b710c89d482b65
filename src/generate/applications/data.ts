// Databases, directories, message brokers and control systems: how their clients and servers talk. Knows no attack.
//
// Sources: MySQL client/server protocol, PostgreSQL protocol 3.0, RESP, RFC 4511 (LDAP), MQTT 3.1.1, Modbus/TCP.

import type { Random } from "../../base/random.ts";
import { ByteWriter, ber, berInteger } from "../bytes.ts";
import { type Script, type Step, step } from "../script.ts";
import { hostName, token, word } from "./names.ts";
import { drawTls, overTls } from "./tls.ts";

const think = (random: Random): number =>
  random.chance(0.8) ? random.integer(80, 4000) : Math.floor(random.logUniform(4000, 900_000));

/** Pause of a client between questions: pools and batches hurry, people and jobs wait. */
function pauses(random: Random): () => number {
  const mean = random.logUniform(300, 5_000_000);
  return () => Math.floor(random.exponential(mean));
}

function mysqlPacket(sequence: number, body: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u8(body.length, body.length >>> 8, body.length >>> 16, sequence)
    .bytes(body)
    .done();
}

const MYSQL_OK = new Uint8Array([0, 0, 0, 2, 0, 0, 0]);
const MYSQL_EOF = new Uint8Array([0xfe, 0, 0, 2, 0]);

export function* mysqlScript(random: Random): Generator<Step, void> {
  const greeting = new ByteWriter()
    .u8(10)
    .text(random.pick(["8.0.36", "5.7.44-log", "5.5.5-10.11.6-MariaDB"]))
    .u8(0)
    .u32le(random.integer(1, 99999));
  greeting
    .text(token(random, 8))
    .u8(0)
    .u16le(0xf7df)
    .u8(0x21)
    .u16le(2)
    .u16le(0x000f)
    .u8(21)
    .zeros(10)
    .text(token(random, 12))
    .u8(0)
    .text("mysql_native_password")
    .u8(0);
  yield step(false, think(random), mysqlPacket(0, greeting.done()));
  const login = new ByteWriter()
    .u32le(0x000fa285)
    .u32le(0x01000000)
    .u8(0x21)
    .zeros(23)
    .text(word(random))
    .u8(0)
    .u8(20)
    .random(random, 20)
    .text("mysql_native_password")
    .u8(0);
  yield step(true, think(random), mysqlPacket(1, login.done()));
  yield step(false, think(random), mysqlPacket(2, MYSQL_OK));
  const pause = pauses(random);
  for (let count = Math.floor(random.logUniform(1, 300)); count > 0; count--) {
    const select = random.chance(0.7);
    const text = select
      ? `SELECT * FROM ${word(random)} WHERE id = ${random.integer(1, 99999)}`
      : `UPDATE ${word(random)} SET ${word(random)} = '${token(random, random.integer(4, 120))}'`;
    yield step(true, pause(), mysqlPacket(0, new ByteWriter().u8(3).text(text).done()));
    yield step(false, think(random), select ? mysqlRows(random) : mysqlPacket(1, MYSQL_OK));
  }
  yield step(true, pause(), mysqlPacket(0, new Uint8Array([1])));
}

function mysqlRows(random: Random): Uint8Array {
  const writer = new ByteWriter().bytes(mysqlPacket(1, new Uint8Array([1])));
  const column = new ByteWriter();
  for (const name of ["def", "shop", "item", "item", "name", "name"]) column.u8(name.length).text(name);
  column.u8(0x0c).u16le(0x21).u32le(255).u8(0xfd).u16le(0).u8(0).zeros(2);
  writer.bytes(mysqlPacket(2, column.done())).bytes(mysqlPacket(3, MYSQL_EOF));
  let sequence = 4;
  for (let rows = Math.floor(random.logUniform(1, 80)); rows > 0; rows--) {
    const text = token(random, random.integer(3, 180));
    writer.bytes(mysqlPacket(sequence++ & 0xff, new ByteWriter().u8(text.length).text(text).done()));
  }
  return writer.bytes(mysqlPacket(sequence & 0xff, MYSQL_EOF)).done();
}

function postgres(type: string, body: Uint8Array): Uint8Array {
  return new ByteWriter()
    .text(type)
    .u32(body.length + 4)
    .bytes(body)
    .done();
}

const POSTGRES_READY = postgres("Z", new Uint8Array([0x49]));

export function* postgresScript(random: Random): Generator<Step, void> {
  const startup = new ByteWriter()
    .u32(196608)
    .text("user")
    .u8(0)
    .text(word(random))
    .u8(0)
    .text("database")
    .u8(0)
    .text(word(random))
    .u8(0, 0)
    .done();
  yield step(
    true,
    think(random),
    new ByteWriter()
      .u32(startup.length + 4)
      .bytes(startup)
      .done(),
  );
  yield step(false, think(random), postgres("R", new ByteWriter().u32(5).random(random, 4).done()));
  yield step(
    true,
    think(random),
    postgres(
      "p",
      new ByteWriter()
        .text(`md5${token(random, 32, "0123456789abcdef")}`)
        .u8(0)
        .done(),
    ),
  );
  const parameters = new ByteWriter().bytes(postgres("R", new Uint8Array(4)));
  for (const [name, value] of [
    ["server_version", "15.5"],
    ["client_encoding", "UTF8"],
    ["TimeZone", "UTC"],
  ])
    parameters.bytes(postgres("S", new ByteWriter().text(name).u8(0).text(value).u8(0).done()));
  yield step(false, think(random), parameters.bytes(POSTGRES_READY).done());
  const pause = pauses(random);
  for (let count = Math.floor(random.logUniform(1, 300)); count > 0; count--) {
    yield step(
      true,
      pause(),
      postgres(
        "Q",
        new ByteWriter()
          .text(
            `SELECT ${word(random)} FROM ${word(random)} WHERE ${word(random)} = ${random.integer(1, 9999)}`,
          )
          .u8(0)
          .done(),
      ),
    );
    const answer = new ByteWriter().bytes(
      postgres(
        "T",
        new ByteWriter()
          .u16(1)
          .text("name")
          .u8(0)
          .u32(0)
          .u16(0)
          .u32(25)
          .u16(0xffff)
          .u32(0xffffffff)
          .u16(0)
          .done(),
      ),
    );
    const rows = Math.floor(random.logUniform(1, 100));
    for (let row = 0; row < rows; row++) {
      const text = token(random, random.integer(1, 160));
      answer.bytes(postgres("D", new ByteWriter().u16(1).u32(text.length).text(text).done()));
    }
    answer.bytes(postgres("C", new ByteWriter().text(`SELECT ${rows}`).u8(0).done())).bytes(POSTGRES_READY);
    yield step(false, think(random), answer.done());
  }
  yield step(true, pause(), postgres("X", new Uint8Array(0)));
}

export function* redisScript(random: Random): Generator<Step, void> {
  const pause = pauses(random);
  for (let count = Math.floor(random.logUniform(1, 500)); count > 0; count--) {
    const key = `${word(random)}:${random.integer(1, 99999)}`;
    if (random.chance(0.6)) {
      yield step(true, pause(), `*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`);
      const value = token(random, random.integer(1, 600));
      yield step(false, think(random), random.chance(0.2) ? "$-1\r\n" : `$${value.length}\r\n${value}\r\n`);
    } else {
      const value = token(random, random.integer(1, 400));
      yield step(
        true,
        pause(),
        `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n${value}\r\n`,
      );
      yield step(false, think(random), "+OK\r\n");
    }
  }
}

export function* ldapScript(random: Random): Generator<Step, void> {
  let id = 1;
  const message = (operation: Uint8Array): Uint8Array => ber(0x30, berInteger(id), operation);
  const done = (tag: number): Uint8Array => message(ber(tag, berInteger(0, 0x0a), ber(0x04), ber(0x04)));
  const base = `dc=${word(random)},dc=${word(random)}`;
  yield step(
    true,
    think(random),
    message(ber(0x60, berInteger(3), ber(0x04, `cn=${word(random)},${base}`), ber(0x80, token(random, 10)))),
  );
  yield step(false, think(random), done(0x61));
  const pause = pauses(random);
  for (let count = Math.floor(random.logUniform(1, 60)); count > 0; count--) {
    id++;
    const filter = ber(0xa3, ber(0x04, "uid"), ber(0x04, word(random)));
    const search = ber(
      0x63,
      ber(0x04, base),
      berInteger(2, 0x0a),
      berInteger(0, 0x0a),
      berInteger(0),
      berInteger(0),
      ber(0x01, new Uint8Array([0])),
      filter,
      ber(0x30),
    );
    yield step(true, pause(), message(search));
    const attribute = ber(
      0x30,
      ber(0x04, "description"),
      ber(0x31, ber(0x04, token(random, random.integer(5, 300)))),
    );
    const entry = message(ber(0x64, ber(0x04, `uid=${word(random)},${base}`), ber(0x30, attribute)));
    yield step(false, think(random), new ByteWriter().bytes(entry).bytes(done(0x65)).done());
  }
  id++;
  yield step(true, pause(), message(ber(0x42)));
}

export function* mqttScript(random: Random): Generator<Step, void> {
  const client = token(random, random.integer(6, 20));
  const keepAlive = random.pick([15, 30, 60, 60, 120]);
  const connect = new ByteWriter()
    .u16(4)
    .text("MQTT")
    .u8(4, 2)
    .u16(keepAlive)
    .u16(client.length)
    .text(client);
  yield step(true, think(random), new ByteWriter().u8(0x10, connect.length).bytes(connect.done()).done());
  yield step(false, think(random), new Uint8Array([0x20, 2, 0, 0]));
  const topic = `site/${word(random)}/${word(random)}`;
  const periodUs = Math.floor(random.logUniform(500_000, 120_000_000));
  for (let count = Math.floor(random.logUniform(1, 400)); count > 0; count--) {
    const gap = periodUs + random.integer(0, 30_000);
    if (gap > keepAlive * 1_000_000) {
      yield step(true, keepAlive * 1_000_000, new Uint8Array([0xc0, 0]));
      yield step(false, think(random), new Uint8Array([0xd0, 0]));
    }
    const value = `{"t":${random.integer(0, 400) / 10},"u":"${token(random, random.integer(2, 50))}"}`;
    const body = new ByteWriter().u16(topic.length).text(topic).text(value);
    const fromClient = random.chance(0.9);
    const size = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >>> 7];
    yield step(
      fromClient,
      Math.min(gap, keepAlive * 1_000_000),
      new ByteWriter()
        .u8(0x30, ...size)
        .bytes(body.done())
        .done(),
    );
  }
  yield step(true, 1000, new Uint8Array([0xe0, 0]));
}

export function* modbusScript(random: Random): Generator<Step, void> {
  const periodUs = random.pick([100_000, 250_000, 500_000, 1_000_000, 1_000_000, 5_000_000]);
  const registers = random.integer(1, 60);
  const unit = random.integer(1, 30);
  for (
    let transaction = 1, count = Math.floor(random.logUniform(5, 800));
    count > 0;
    count--, transaction++
  ) {
    const request = new ByteWriter()
      .u16(transaction & 0xffff)
      .u16(0)
      .u16(6)
      .u8(unit, 3)
      .u16(random.integer(0, 9) * 100)
      .u16(registers);
    yield step(true, periodUs + random.integer(0, 4000), request.done());
    const answer = new ByteWriter()
      .u16(transaction & 0xffff)
      .u16(0)
      .u16(3 + registers * 2)
      .u8(unit, 3, registers * 2);
    for (let index = 0; index < registers; index++) answer.u16(random.integer(0, 4000));
    yield step(false, random.integer(1000, 20_000), answer.done());
  }
}

const STORES: readonly { weight: number; port: number; script: (random: Random) => Script }[] = [
  { weight: 30, port: 3306, script: mysqlScript },
  { weight: 26, port: 5432, script: postgresScript },
  { weight: 16, port: 6379, script: redisScript },
  { weight: 12, port: 389, script: ldapScript },
  { weight: 8, port: 1433, script: secretScript },
  { weight: 8, port: 27017, script: secretScript },
];

/** Questions and answers of unknown wording: databases over TLS, proprietary servers. */
export function* secretQuestions(random: Random): Generator<Step, void> {
  const pause = pauses(random);
  for (let count = Math.floor(random.logUniform(1, 300)); count > 0; count--) {
    yield step(true, pause(), "", random.integer(40, 400), "random");
    yield step(false, think(random), "", random.logNormal(300, 1.5) + 20, "random");
  }
}

function secretScript(random: Random): Script {
  return overTls(random, drawTls(random, hostName(random)), secretQuestions(random));
}

/** A client of some database: port and script. */
export function drawStore(random: Random): { port: number; script: Script } {
  let left = random.uniform() * 100;
  const store = STORES.find((candidate) => {
    left -= candidate.weight;
    return left < 0;
  })!;
  return { port: store.port, script: store.script(random) };
}

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeContent } from "./content.ts";

const text = (value: string) => describeContent(new TextEncoder().encode(value));
const bytes = (...values: number[]) => describeContent(Uint8Array.from(values));

test("text is named by its kind and quoted by its first line", () => {
  expect(text("hello world\nmore")).toBe('text ("hello world")');
  expect(text("Src IP,Dst IP,Label\n1,2,3")).toBe('CSV text ("Src IP,Dst IP,Label")');
  expect(text("a\tb\tc\n")).toBe('CSV text ("a b c")');
  expect(text('{"event": 1}')).toBe('JSON ("{"event": 1}")');
  expect(text("<?xml version='1.0'?><pdml/>")).toMatch(/^XML/);
  expect(text("<!DOCTYPE html><html>")).toMatch(/^HTML/);
  expect(text("#!/bin/sh\n")).toBe('a script ("#!/bin/sh")');
  expect(text("\n  \n")).toBe("blank text");
  expect(text("grüße ".repeat(200))).toMatch(/^text \("grüße .*…"\)$/);
});

test("known binary formats are named", () => {
  expect(bytes(0x7f, 0x45, 0x4c, 0x46, 2, 1)).toBe("an ELF program");
  expect(bytes(0x50, 0x4b, 3, 4, 20)).toBe("a ZIP archive");
  expect(bytes(0x28, 0xb5, 0x2f, 0xfd, 0)).toBe("zstd-compressed data");
  expect(bytes(0x1c, 0x00, 0x01, 0xac)).toBe("an IXIA pcap capture");
  expect(bytes(0xac, 0x01, 0x00, 0x1c)).toBe("an IXIA pcap capture");
  expect(describeContent(gzipSync("x"))).toBe("gzip-compressed data");
  const tar = new Uint8Array(512).fill(0x61, 0, 100);
  tar.set(new TextEncoder().encode("ustar"), 257);
  expect(describeContent(tar)).toBe("a tar archive");
});

test("anything else is shown by its first bytes", () => {
  expect(bytes()).toBe("an empty file");
  expect(describeContent(new Uint8Array(600))).toBe("zero bytes");
  expect(bytes(0xde, 0xad, 0, 1, 2, 3, 4, 5, 6)).toBe("unknown binary data (de ad 00 01 02 03 04 05 …)");
});

test("no content makes it throw or print control characters", () => {
  for (let first = 0; first < 256; first++) {
    const name = describeContent(
      Uint8Array.from({ length: 40 }, (_, index) => (first * 7 + index * 13) & 0xff),
    );
    expect([...name].every((character) => character >= " ")).toBe(true);
  }
});

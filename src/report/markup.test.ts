import { expect, test } from "vitest";
import { escaped, shortened, visible } from "./markup.ts";

test("text cannot become markup, in content or in quoted attributes", () => {
  expect(escaped(`<script>"x" & 'y'</script>`)).toBe(
    "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;",
  );
});

test("what cannot be seen is seen as its code", () => {
  expect(visible("a\u0000b\u202ec\ud800d\ufeff\n")).toBe("a\\u0000b\\u202ec\\ud800d\\ufeff\\u000a");
  expect(visible("größe 日本 🙂")).toBe("größe 日本 🙂");
});

test("long text is cut inside, by characters", () => {
  expect(shortened("dst_host_srv_serror_rate", 11)).toBe("dst_h…_rate");
  expect(shortened("🙂🙂🙂🙂🙂", 3)).toBe("🙂…🙂");
  expect(shortened("short", 5)).toBe("short");
});

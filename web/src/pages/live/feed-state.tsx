// Whether a live source is followed at the moment, in a word and a colour; what went wrong, in a sentence.

import { Badge, Text } from "@mantine/core";
import { Failure } from "../../parts/states.tsx";
import type { FeedView, Source } from "./feed.ts";

const STATUS = {
  connecting: { words: "connecting", colour: "gray" },
  following: { words: "live", colour: "green" },
  broken: { words: "connection lost, trying again", colour: "orange" },
  ended: { words: "ended", colour: "gray" },
  refused: { words: "not there", colour: "red" },
} as const;

export function FeedState({ view: { status, source } }: { view: FeedView }) {
  const { words, colour } = STATUS[status];
  const isStarting = status === "following" && source?.state === "starting";
  return (
    <Badge role="status" aria-live="polite" variant="light" color={colour} tt="none" radius="sm">
      {isStarting ? "starting" : words}
    </Badge>
  );
}

/** Why a source cannot be followed, or ended by itself. */
export function FeedFailure({ view: { status, source, failure } }: { view: FeedView }) {
  if (status === "refused") return <Failure failure={failure} />;
  if (source?.failure !== undefined)
    return <Failure failure={new Error(`${source.failure.message}. ${source.failure.hint}`)} />;
  if (source?.remark !== undefined)
    return (
      <Text size="sm" c="dimmed" className="foreign">
        {source.remark}
      </Text>
    );
  return null;
}

/** What a source meters, in words. */
export function originOf({ kind, interface: name, filter, speed, state }: Source): string {
  if (kind === "interface")
    return `interface ${name ?? ""}${filter === undefined ? "" : `, frames that pass "${filter}"`}`;
  const pace = speed === undefined || speed === 1 ? "at its own pace" : `${speed} times as fast as it was`;
  return `a capture that ${state === "ended" ? "was" : "is"} played ${pace}`;
}

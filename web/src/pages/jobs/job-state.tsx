// How a job stands, as one word in its colour.

import { Badge, Tooltip } from "@mantine/core";
import { type JobState, STATE_WORDS } from "./job-words.ts";

export function StateBadge({ state }: { state: JobState }) {
  const { text, colour, meaning } = STATE_WORDS[state];
  return (
    <Tooltip label={meaning}>
      <Badge color={colour} variant="light" radius="sm" tt="none" styles={{ label: { overflow: "visible" } }}>
        {text}
      </Badge>
    </Tooltip>
  );
}

// A stored capture played as if it were live: a source with a name, at a speed, judged by the model in charge.

import { Button, Checkbox, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { Failure } from "../../parts/states.tsx";
import type { CaptureFile } from "./capture-queries.ts";
import { sourceName } from "./source-name.ts";

export function PlayButton({ capture, isCompact }: { capture: CaptureFile; isCompact?: boolean }) {
  const [isOpen, dialogue] = useDisclosure(false);
  return (
    <>
      <Button
        size={isCompact ? "compact-sm" : "xs"}
        variant="default"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        aria-label={`Play ${capture.name} as live traffic`}
        onClick={dialogue.open}
      >
        Play
      </Button>
      <Modal
        opened={isOpen}
        onClose={dialogue.close}
        title="Play as live traffic"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <PlayForm capture={capture} />
      </Modal>
    </>
  );
}

function PlayForm({ capture }: { capture: CaptureFile }) {
  const [name, setName] = useState(sourceName(capture.name));
  const [speed, setSpeed] = useState<number | string>(1);
  const [isLoop, setLoop] = useState(true);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      api.POST("/sources", {
        body: { name, from: { capture: capture.id, speed: Number(speed), loop: isLoop } },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sources"] });
      await navigate({ to: "/overview" as string, search: { source: name } as never });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed" className="foreign">
          {capture.name} is played at the pace of its packets; the overview shows what is found.
        </Text>
        <TextInput
          label="Name of the source"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
        />
        <NumberInput
          label="Speed"
          description="2 plays twice as fast"
          min={0.01}
          max={10_000}
          value={speed}
          onChange={setSpeed}
        />
        <Checkbox
          label="Again and again"
          checked={isLoop}
          onChange={(event) => setLoop(event.currentTarget.checked)}
        />
        {start.isError && <Failure failure={start.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending}>
            Play
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

// Lets an alias name a version, after the person has seen what that changes: it is in force with the next request.

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { failed, told } from "../../parts/notify.tsx";
import type { Registered } from "./model-facts.ts";

const CHAMPION = "champion";

export function PromoteForm({
  model,
  version,
  onClose,
}: {
  model: Registered;
  version: number;
  onClose: () => void;
}) {
  const { name, aliases } = model;
  const [alias, setAlias] = useState(CHAMPION);
  const queries = useQueryClient();
  const now = aliases[alias];
  const promote = useMutation({
    mutationFn: () =>
      data(
        api.POST("/models/{name}/aliases/{alias}", {
          params: { path: { name, alias } },
          // What was seen here must still be so: two people do not overrule each other unseen.
          body: { version, expected: now ?? 0 },
        }),
      ),
    onSuccess: async () => {
      told(`${name}@${alias} is version ${version} from the next request on.`);
      await queries.invalidateQueries({ queryKey: ["models"] });
      onClose();
    },
    onError: (failure) => {
      failed(failure);
      void queries.invalidateQueries({ queryKey: ["models"] });
    },
  });
  return (
    <Modal
      opened
      lockScroll={false}
      onClose={onClose}
      title={`Promote version ${version} of ${name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          promote.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Alias"
            description="champion is what the name alone means."
            value={alias}
            onChange={(event) => setAlias(event.currentTarget.value.trim())}
            data-autofocus
          />
          <Text size="sm">
            {now === undefined
              ? `${name}@${alias} names no version yet.`
              : now === version
                ? `${name}@${alias} names version ${version} already.`
                : `${name}@${alias} names version ${now} now.`}{" "}
            From the next request on it names version {version}; requests that are being answered keep the
            model that they began with.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={promote.isPending} disabled={alias === "" || now === version}>
              Promote to {alias === "" ? "…" : alias}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

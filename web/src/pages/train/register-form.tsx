// Registers the model of a run as the next version of a name.

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { failed, told } from "../../parts/notify.tsx";

export function RegisterForm({
  run,
  isOpen,
  onClose,
}: {
  run: string;
  isOpen: boolean;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const register = useMutation({
    mutationFn: () =>
      data(api.POST("/models/{name}/versions", { params: { path: { name } }, body: { run } })),
    onSuccess: async ({ version }) => {
      told(`Registered as ${name}:${version}.`);
      await queries.invalidateQueries({ queryKey: ["run", run] });
      await queries.invalidateQueries({ queryKey: ["models"] });
      onClose();
    },
    onError: failed,
  });
  return (
    <Modal
      opened={isOpen}
      lockScroll={false}
      onClose={onClose}
      title="Register the model"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          register.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="The model becomes the next version of this name. Letters, digits, '.', '_' and '-'."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={name === ""} loading={register.isPending}>
              Register
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

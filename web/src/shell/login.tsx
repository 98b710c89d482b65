// The login: a name and a password for tokens.

import {
  Alert,
  Button,
  Center,
  Code,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, client } from "../api/client.ts";
import { Mark } from "./mark.tsx";

export function Login() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => client.login(name.trim(), password),
    onSuccess: async () => {
      await queries.resetQueries();
      // Only addresses within the console: what stands in an address bar may be anybody's.
      const target = to !== undefined && /^\/[a-z]/.test(to) ? to : "/overview";
      await navigate({ to: target as string, replace: true });
    },
  });
  return (
    <Center mih="100vh" p="md">
      <Paper component="main" withBorder p="xl" w="100%" maw={380} bg="var(--console-panel)">
        <Stack gap="md">
          <div>
            <Mark />
            <Title order={1} mt="sm">
              Log in
            </Title>
          </div>
          {login.isError && (
            <Alert color="red" role="alert" variant="light" p="sm">
              <Text size="sm">{wordsOf(login.error)}</Text>
            </Alert>
          )}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              login.mutate();
            }}
          >
            <Stack gap="sm">
              <TextInput
                label="Name"
                autoComplete="username"
                autoFocus
                required
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <PasswordInput
                label="Password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" fullWidth loading={login.isPending}>
                Log in
              </Button>
            </Stack>
          </form>
          <Text size="xs" c="dimmed">
            The first login was printed when the server started. A new password:{" "}
            <Code>orbweaver user password NAME</Code>
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}

function wordsOf(failure: unknown): string {
  if (!(failure instanceof ApiError)) return "The server cannot be reached.";
  if (failure.status === 429) {
    const wait = failure.retryAfterS;
    return `Too many attempts.${wait === undefined ? "" : ` Come again in ${wait} seconds.`}`;
  }
  return failure.status === 401 ? "Name or password is wrong." : failure.message;
}

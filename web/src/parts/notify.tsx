// Short words on what was done or failed, at the edge of the page.

import { notifications } from "@mantine/notifications";
import { ApiError } from "../api/client.ts";

export function told(message: string): void {
  notifications.show({ message, color: "petrol", autoClose: 4_000 });
}

/** In the server's own words, with what to do. */
export function failed(failure: unknown): void {
  if (failure instanceof DOMException && failure.name === "AbortError") return;
  const hint = failure instanceof ApiError && failure.hint !== "" ? ` ${failure.hint}` : "";
  const words = failure instanceof Error ? failure.message : String(failure);
  notifications.show({
    title: "It failed",
    message: `${words}.${hint}`.replace("..", "."),
    color: "red",
    autoClose: 12_000,
  });
}

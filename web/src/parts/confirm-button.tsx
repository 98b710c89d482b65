// What cannot be taken back is asked about first, with what will be gone: as a dialogue, and as a button that opens it.

import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";

export interface ConfirmModalProps {
  /** What is asked: "Remove the job?" */
  question: string;
  /** What will be gone. */
  children: ReactNode;
  /** Words of the button: "Remove". */
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmModal({ question, children, action, onConfirm, onClose }: ConfirmModalProps) {
  return (
    <Modal opened onClose={onClose} title={question} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack gap="md">
        <Text size="sm" component="div" className="foreign">
          {children}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            color="red.9"
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export interface ConfirmButtonProps
  extends Omit<ButtonProps, "children">,
    Omit<ConfirmModalProps, "onClose"> {
  /** Where several such buttons stand below each other: which one it is. */
  label?: string;
}

export function ConfirmButton({
  question,
  children,
  action,
  label,
  onConfirm,
  ...button
}: ConfirmButtonProps) {
  const [isOpen, dialogue] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" aria-label={label} {...button} onClick={dialogue.open}>
        {action}
      </Button>
      {isOpen && (
        <ConfirmModal question={question} action={action} onConfirm={onConfirm} onClose={dialogue.close}>
          {children}
        </ConfirmModal>
      )}
    </>
  );
}

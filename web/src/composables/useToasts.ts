import { readonly, ref } from 'vue';

/** Short messages at the edge of the page; with `undo`, a way back instead of a question before. */
export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'error';
  undo?: () => void | Promise<void>;
}

const toasts = ref<Toast[]>([]);
let next = 1;

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function show(text: string, options: { kind?: Toast['kind']; undo?: Toast['undo'] } = {}): void {
  const id = next++;
  toasts.value = [
    ...toasts.value.slice(-2),
    { id, text, kind: options.kind ?? 'done', undo: options.undo },
  ];
  setTimeout(() => dismiss(id), options.undo ? 10_000 : 5_000);
}

export function useToasts() {
  return { toasts: readonly(toasts), show, dismiss };
}

import { onBeforeUnmount, onMounted } from 'vue';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/**
 * Single-key commands while a component is on the page. They are silent while somebody types, while
 * a dialog is open, and with Ctrl, Alt or Meta held. A handler that returns false leaves the key to
 * the browser.
 */
export function useHotkeys(commands: Record<string, (event: KeyboardEvent) => unknown>): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.key !== 'Escape' && isTyping(event.target)) return;
    if (document.querySelector('[role="dialog"][data-state="open"]')) return;
    const command = commands[event.key];
    if (command && command(event) !== false) event.preventDefault();
  }
  onMounted(() => window.addEventListener('keydown', onKey));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey));
}

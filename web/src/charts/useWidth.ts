import { onBeforeUnmount, onMounted, type Ref, ref } from 'vue';

/**
 * The width of an element in pixels, so that a drawing has the room it has and its letters keep
 * their size. `fallback` holds until it is laid out, and where nothing is (tests, print).
 */
export function useWidth(element: Ref<Element | undefined>, fallback: number): Ref<number> {
  const width = ref(fallback);
  let observer: ResizeObserver | undefined;
  onMounted(() => {
    if (!element.value || typeof ResizeObserver === 'undefined') return;
    observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.round(entry.contentRect.width);
    });
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return width;
}

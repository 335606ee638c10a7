import { onBeforeUnmount, onMounted, shallowRef } from 'vue';

/** The tokens that charts draw with, resolved to colours, because ECharts knows no CSS variables. */
const TOKENS = [
  'paper',
  'raised',
  'sunken',
  'ink',
  'soft',
  'faint',
  'rule',
  'edge',
  'accent',
  'up',
  'down',
  'model',
  'called',
  'booked',
] as const;
export type ChartTheme = Record<(typeof TOKENS)[number], string> & { font: string };

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const entries = TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()] as const);
  return {
    ...(Object.fromEntries(entries) as Record<(typeof TOKENS)[number], string>),
    font: "'Source Sans 3 Variable', system-ui, sans-serif",
  };
}

/** The tokens now; changes when the theme is switched and for the time of printing. */
export function useChartTheme() {
  const theme = shallowRef(readTheme());
  const update = () => {
    theme.value = readTheme();
  };
  onMounted(() => {
    update();
    window.addEventListener('ri:theme', update);
  });
  onBeforeUnmount(() => window.removeEventListener('ri:theme', update));
  return theme;
}

/** `#0a5872` and 0.2 to the same colour on its ground; hex colours only, as the tokens are. */
export function fade(hex: string, alpha: number): string {
  const channel = (start: number) => parseInt(hex.slice(start, start + 2), 16) || 0;
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${alpha})`;
}

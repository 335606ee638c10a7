import type { ChartTheme } from './theme';

/** Axis looks shared by all charts: thin, quiet, no boxes. */
export function valueAxis(theme: ChartTheme, write: (value: number) => string) {
  return {
    type: 'value',
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.rule, width: 1 } },
    splitNumber: 4,
    axisLabel: { color: theme.faint, formatter: write, hideOverlap: true },
  } as const;
}

export function baseAxis(theme: ChartTheme, write: (value: number) => string) {
  return {
    type: 'value',
    axisLine: { show: true, lineStyle: { color: theme.edge } },
    axisTick: { show: true, lineStyle: { color: theme.edge }, length: 4 },
    splitLine: { show: false },
    axisLabel: { color: theme.faint, formatter: write, hideOverlap: true },
  } as const;
}

/** A labelled reference such as the quota. */
export function markLine(
  theme: ChartTheme,
  lines: { at: number; axis: 'x' | 'y'; text: string; colour?: string; solid?: boolean }[],
) {
  return {
    silent: true,
    symbol: 'none',
    data: lines.map((line) => ({
      ...(line.axis === 'x' ? { xAxis: line.at } : { yAxis: line.at }),
      lineStyle: {
        color: line.colour ?? theme.ink,
        type: line.solid ? 'solid' : [4, 3],
        width: 1.25,
      },
      label: {
        formatter: line.text,
        position: line.axis === 'x' ? 'end' : 'insideEndTop',
        color: line.colour ?? theme.ink,
        fontSize: 12,
      },
    })),
  };
}

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import typescript from 'typescript-eslint';

const features = readdirSync(fileURLToPath(new URL('./src/features', import.meta.url)));

/** What a folder may not import, and why; told when the rule is broken. */
function closedTo(files, group, message) {
  return {
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
  };
}

// Lower folders know no higher ones; a feature knows no other feature.
const borders = [
  closedTo(
    ['src/format/**', 'src/messages/**'],
    ['@/api/*', '@/ui/*', '@/charts/*', '@/features/*', '@/app/*'],
    'format and messages are the lowest layer: they import nothing above them.',
  ),
  closedTo(
    ['src/ui/**', 'src/charts/**'],
    ['@/api/*', '@/features/*', '@/app/*'],
    'ui and charts know no server and no feature: hand them plain values.',
  ),
  closedTo(
    ['src/api/**', 'src/composables/**'],
    ['@/features/*', '@/app/*'],
    'api and composables are shared by the features: they import none of them.',
  ),
  ...features.map((feature) =>
    closedTo(
      [`src/features/${feature}/**`],
      [
        '@/app/*',
        ...features
          .filter((other) => other !== feature)
          .flatMap((other) => [`@/features/${other}`, `@/features/${other}/*`, `../../${other}/*`]),
      ],
      'A feature imports no other feature and nothing of the shell: move what both need to ui, charts, api or composables.',
    ),
  ),
];

export default typescript.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/api/schema.d.ts', 'public/**'] },
  ...typescript.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'max-lines': ['error', 500],
      eqeqeq: 'error',
    },
  },
  ...borders,
  prettier,
);

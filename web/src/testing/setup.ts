import { afterEach } from 'vitest';

import { enableAutoUnmount } from '@vue/test-utils';

enableAutoUnmount(afterEach);

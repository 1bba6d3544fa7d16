import type { Codec } from '../catalogue/menu.ts';

/**
 * What a DHCP client calls itself: bytes in hex, read back in lower case without leading zeros (`1:0:0:5e:0:53:1`,
 * routeros-rest.md §3 "DHCP client-id"), or any other text, which stands for itself.
 */
export const clientIdCodec: Codec<string> = {
  expects: 'the id of a DHCP client such as 1:0:0:5e:0:53:1',
  parse(text) {
    if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text)) return text;
    return text
      .toLowerCase()
      .split(':')
      .map((byte) => byte.replace(/^0(?=.)/, ''))
      .join(':');
  },
  format: (value) => value,
};

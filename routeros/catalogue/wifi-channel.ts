import { CHANNEL_FIELDS, profileMenu } from './wifi-fields.ts';

/** Frequencies and widths of radios. */
export const WIFI_CHANNEL = profileMenu('/interface/wifi/channel', 5.1, CHANNEL_FIELDS);

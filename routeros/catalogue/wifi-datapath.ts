import { DATAPATH_FIELDS, profileMenu } from './wifi-fields.ts';

/** Where the traffic of wireless clients goes. */
export const WIFI_DATAPATH = profileMenu('/interface/wifi/datapath', 5.3, DATAPATH_FIELDS);

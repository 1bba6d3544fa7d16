import { CATALOGUE, menuOf, rowOf, SECTIONS, type MenuPath, type Row } from '#routeros';

// What stands behind a place of the map.
export function install() {}

"""Hoàng Sa and Trường Sa as every map of the country shows them."""

from __future__ import annotations

from phusong.words import Text

ARCHIPELAGOS = (
    (
        Text("Quần đảo Hoàng Sa (Việt Nam)", "Hoàng Sa archipelago (Viet Nam)"),
        ((111.61, 16.53), (112.34, 16.83), (111.20, 15.78), (112.73, 16.67), (111.52, 16.45), (111.76, 16.57)),
    ),
    (
        Text("Quần đảo Trường Sa (Việt Nam)", "Trường Sa archipelago (Viet Nam)"),
        ((111.92, 8.65), (114.33, 11.43), (114.33, 9.88), (114.37, 10.18), (114.48, 10.37), (113.69, 8.97),
         (112.92, 7.89), (114.36, 11.45), (113.83, 9.58), (115.80, 10.73)),
    ),
)  # fmt: skip
"""Names, and the places of main islands to a hundredth of a degree: dots of a sketch, no coast lines."""

ADMINISTERED = (
    Text("đặc khu Hoàng Sa, thành phố Đà Nẵng", "Hoàng Sa special zone, Đà Nẵng city"),
    Text("đặc khu Trường Sa, tỉnh Khánh Hòa", "Trường Sa special zone, Khánh Hòa province"),
)
"""The unit each archipelago is, in the same order."""

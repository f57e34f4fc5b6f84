"""What headers call each field of a product, in the languages of the merchants that export them."""

from collections.abc import Mapping

#: The surest names first; which of them a column is called decides before where it stands.
NAMES: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "group": "item_group_id group_id parent_sku parent_id parent style_id model_id",
        "id": "sku id product_id item_id productid article_number item_number artikelnummer artikelnr art_nr"
        " artikel_nr part_number code product_code stockcode asin uniq_id handle reference ref referencia"
        " riferimento codice codigo number nummer",
        "title": "title product_name product_title item_name name titel bezeichnung artikelbezeichnung"
        " produktname nom designation libelle nombre nome titolo titulo naam productnaam nazwa",
        "sale_price": "sale_price special_price discount_price discounted_price offer_price promo_price"
        " angebotspreis sonderpreis prix_promo precio_oferta",
        "list_price": "list_price msrp rrp uvp was_price compare_at_price regular_price was original_price"
        " retail_price market_price prix_barre",
        "price": "price current_price selling_price unit_price final_price base_price price_incl_tax preis"
        " verkaufspreis bruttopreis vk_preis prix prix_ttc prix_de_vente precio precio_venta prezzo preco"
        " prijs verkoopprijs pris cena cost",
        "currency": "currency currency_code price_currency currencycode waehrung wahrung devise moneda valuta"
        " moeda",
        "description": "description long_description body_html body text details about beschreibung"
        " langbeschreibung descripcion descrizione descricao omschrijving beskrivning opis"
        " short_description product_description summary kurzbeschreibung",
        "brand": "brand manufacturer vendor maker supplier marke hersteller brand_name marque fabricant marca"
        " fabricante produttore merk",
        "url": "url link product_url product_link page_url permalink produkt_url lien enlace",
        "stock": "stock quantity qty inventory stock_level stock_quantity current_stock inventory_quantity"
        " on_hand bestand lagerbestand menge units_in_stock available_quantity quantite existencias cantidad"
        " giacenza quantita estoque voorraad",
        "status": "availability stock_status in_stock is_in_stock status state available verfuegbarkeit"
        " verfugbarkeit disponibilite disponibilidad disponibilita",
        "barcodes": "gtin ean upc barcode ean13 isbn gtin13 ean_code",
        "tags": "tags keywords labels",
        "rating": "rating average_rating stars review_rating star_rating avg_rating",
        "rating_count": "rating_count review_count reviews_count number_of_reviews reviews ratings",
        "handle": "handle slug",
    }.items()
}
SHELVES = (
    "category_path",
    "categories",
    "category",
    "product_type",
    "product_category",
    "breadcrumbs",
    "kategorie",
    "kategorien",
    "warengruppe",
    "categorie",
    "rubrique",
    "categoria",
    "categorias",
    "department",
    "main_category",
    "sub_category",
    "subcategory",
    "type",
    "section",
)
PICTURES = (
    "image_url",
    "image_link",
    "image",
    "image_src",
    "picture",
    "img",
    "photo",
    "thumbnail",
    "main_image",
    "base_image",
    "images",
    "bild",
    "bild_url",
    "bildurl",
    "foto",
    "url_image",
    "imagen",
    "immagine",
    "imagem",
    "afbeelding",
)
OPTIONS: Mapping[str, str] = {
    "color": "Colour",
    "colour": "Colour",
    "size": "Size",
    "material": "Material",
    "flavour": "Flavour",
}
#: How shop software sorts its own records: no shelf of a shop.
RECORD_KINDS = frozenset(
    (
        *("simple", "configurable", "variable", "variation", "grouped", "virtual", "downloadable", "bundle"),
        *("bundled", "external", "standard", "physical", "digital", "parent", "child", "single", "product"),
    )
)

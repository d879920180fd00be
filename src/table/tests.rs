use super::*;

fn csv(text: &str) -> Table {
    read("商品推荐.csv", text.as_bytes()).unwrap()
}

#[test]
fn the_two_columns_are_enough() {
    let table = csv("商品,链接\n启赋蕴淳,https://detail.tmall.com/item.htm?id=567812345678\n");
    assert_eq!(table.problems, []);
    assert_eq!(table.items.len(), 1);
    assert_eq!((table.items[0].sheet.as_str(), table.items[0].row), ("商品推荐", 2));
}
